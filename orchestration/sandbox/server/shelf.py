"""The objects of one list: newest first, each as of any instant, a page at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from orchestration.sandbox.server.filters import HIGHEST, Filter
from orchestration.sandbox.server.query import Query
from orchestration.sandbox.world.history import Change, Obj, state_at

Key = tuple[int, int]


class Shown(NamedTuple):
    """The JSON of an object, and the time in which it does not change: from `since` until before `until`."""

    since: int
    until: int
    body: bytes


class Entry:
    """One object with its history.

    Attributes:
        created: Epoch seconds; what lists sort and filter by.
        key: Sorts newest first; what was added later is newer among objects of one second.
        listed_at: From then on lists show it.
        shown: Its JSON by shape (current or old), as it was last asked for.
    """

    __slots__ = ("changes", "created", "key", "listed_at", "obj", "shown")

    def __init__(self, obj: Obj, changes: list[Change], number: int, delay: int = 0) -> None:
        self.obj = obj
        self.changes = changes
        self.created: int = obj["created"] if "created" in obj else obj["date"]
        self.key: Key = (-self.created, -number)
        self.listed_at = self.created + delay
        self.shown: dict[bool, Shown] = {}

    @property
    def id(self) -> str:
        object_id: str = self.obj["id"]
        return object_id

    def state(self, at: int) -> Obj | None:
        """The object at an instant; None when it is not born yet, or deleted.

        A balance transaction becomes available without any event or change of its own.
        """
        state = state_at(self.obj, self.changes, at)
        if state is not None and state["object"] == "balance_transaction":
            status = "available" if state["available_on"] <= at else "pending"
            if status != state["status"]:
                return {**state, "status": status}
        return state

    def until(self, at: int) -> int:
        """The first instant after `at` at which the object differs."""
        moments = [change.at for change in self.changes if change.at > at]
        if self.obj["object"] == "balance_transaction" and self.obj["available_on"] > at:
            moments.append(self.obj["available_on"])
        return min(moments, default=HIGHEST)

    def is_deleted(self, at: int) -> bool:
        return any(change.deleted and change.at <= at for change in self.changes)


class Shelf:
    """Objects of one kind and account, newest first, with indexes of the values that are asked for."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.key)
        self.keys = [entry.key for entry in self.entries]
        self._indexes: dict[str, dict[str, Shelf]] = {}

    def having(self, wanted: Filter, value: str) -> Shelf:
        """The objects that have, or ever had, a value in the filter's place."""
        index = self._indexes.get(wanted.place)
        if index is None:
            index = self._indexes[wanted.place] = self._indexed(wanted)
        return index.get(value, _EMPTY)

    def _indexed(self, wanted: Filter) -> dict[str, Shelf]:
        found: dict[str, dict[Key, Entry]] = defaultdict(dict)
        for entry in self.entries:
            for state in (entry.obj, *(change.before for change in entry.changes if change.before)):
                for value in wanted.values(state):
                    found[value][entry.key] = entry
        return {value: Shelf(entries.values()) for value, entries in found.items()}


_EMPTY = Shelf()


class Page(NamedTuple):
    """What a list answers."""

    entries: list[Entry]
    has_more: bool


def page(
    shelf: Shelf, query: Query, at: int, cursor: Callable[[str, str], Entry], hide_newest: bool = False
) -> Page:
    """The page that a query asks for.

    Args:
        cursor: The object that a paging parameter (its name and value) points at; raises ApiError.
        hide_newest: As if the newest object of the whole list did not exist yet.
    """
    for wanted, value in query.equal:
        shelf = shelf.having(wanted, value)
    first = bisect_left(shelf.keys, (-min(query.newest, at), -HIGHEST))
    last = bisect_right(shelf.keys, (-query.oldest, HIGHEST))
    if hide_newest:
        first = next(_matching(shelf, range(first, last), query, at), first - 1) + 1
    if query.before is not None:
        last = min(last, bisect_left(shelf.keys, cursor("ending_before", query.before).key))
        found = _matching(shelf, range(last - 1, first - 1, -1), query, at)
    else:
        if query.after is not None:
            first = max(first, bisect_right(shelf.keys, cursor("starting_after", query.after).key))
        found = _matching(shelf, range(first, last), query, at)
    positions = list(islice(found, query.limit + 1))
    has_more = len(positions) > query.limit
    entries = [shelf.entries[position] for position in positions[: query.limit]]
    return Page(entries[::-1] if query.before is not None else entries, has_more)


def _matching(shelf: Shelf, positions: Iterable[int], query: Query, at: int) -> Iterator[int]:
    """The positions whose objects exist, are listed and satisfy the query."""
    for position in positions:
        entry = shelf.entries[position]
        if entry.listed_at > at:
            continue
        state = entry.state(at)
        if state is not None and all(test(state) for test in query.tests):
            yield position
