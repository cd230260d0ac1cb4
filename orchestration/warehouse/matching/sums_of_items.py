"""Groups in which one item of a side is the sum of several of the other: batches, splits, payments in parts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from orchestration.warehouse.matching.groups import LEFT, RIGHT, GroupBook
from orchestration.warehouse.matching.likeness import Likeness
from orchestration.warehouse.matching.sums import MOST_CANDIDATES, Sum, sums_to

Item = dict[str, Any]

# A sum that chance would reach once in a thousand such searches is not accepted without a person.
MOST_BY_CHANCE = 0.001


@dataclass(frozen=True)
class Found:
    """One explanation of one item as a sum."""

    whole: Item
    whole_side: str
    parts: tuple[Item, ...]
    sum: Sum
    is_like: bool
    is_whole_day: bool

    @property
    def confidence(self) -> float:
        return 1.0 / (self.sum.solutions * (1.0 + self.sum.by_chance)) * (1.0 if self.is_like else 0.5)

    @property
    def key(self) -> tuple[Any, ...]:
        ids = tuple(part["id"] for part in self.parts)
        return (-self.is_like, self.sum.solutions, len(self.parts), self.sum.by_chance, self.whole["id"], ids)


@dataclass(frozen=True)
class SumSearch:
    """A search over the items that no other tier explained.

    Attributes:
        together: Columns that all items of a sum have in common.
        days: How many days the right side may come after the left.
        likeness: What right items of this flow look like.
        forbidden: Pairs that a person rejected.
    """

    together: Sequence[str]
    days: tuple[int, int]
    likeness: Likeness
    forbidden: Collection[tuple[str, str]] = ()

    def run(self, book: GroupBook, left: pa.Table, right: pa.Table, names: tuple[str, str]) -> None:
        """Find all sums, accept the surest first, each item once."""
        lefts, rights = self._by_group(left), self._by_group(right)
        found: list[Found] = []
        for group in sorted(lefts.keys() & rights.keys()):
            found += self._search(rights[group], lefts[group], RIGHT)
            found += self._search(lefts[group], rights[group], LEFT)
        used: set[tuple[str, str]] = set()
        for sum_ in sorted(found, key=lambda one: one.key):
            members = _members(sum_)
            if used.isdisjoint(members):
                used |= members
                self._add(book, sum_, names)

    def _by_group(self, items: pa.Table) -> dict[tuple[Any, ...], list[Item]]:
        groups: dict[tuple[Any, ...], list[Item]] = {}
        columns = ["id", "date", "amount_minor", "text", *self.together]
        rated = items.select(list(dict.fromkeys(columns))).append_column("is_like", self.likeness.like(items))
        for item in rated.to_pylist():
            key = (*(str(item[name]) for name in self.together), item["amount_minor"] > 0)
            if item["amount_minor"] and all(item[name] is not None for name in self.together):
                groups.setdefault(key, []).append(item)
        return groups

    def _search(self, wholes: list[Item], parts: list[Item], side: str) -> list[Found]:
        ordered = sorted(parts, key=lambda item: (item["date"], item["id"]))
        days = [part["date"].toordinal() for part in ordered]
        found = []
        for whole in wholes:
            near = self._near(whole, ordered, days, side)
            if side == LEFT and any(part["is_like"] for part in near):
                near = [part for part in near if part["is_like"]]
            if len(near) < 2:
                continue
            near = sorted(near, key=lambda part: (abs((part["date"] - whole["date"]).days), part["id"]))
            near = near[:MOST_CANDIDATES]
            for sum_ in sums_to(whole["amount_minor"], [part["amount_minor"] for part in near]):
                chosen = tuple(near[place] for place in sum_.members)
                right_items = [whole] if side == RIGHT else list(chosen)
                is_like = all(item["is_like"] for item in right_items)
                one = Found(whole, side, chosen, sum_, is_like, _is_whole_day(chosen, near))
                if not self._is_forbidden(one):
                    found.append(one)
        return found

    def _near(self, whole: Item, parts: list[Item], days: list[int], side: str) -> list[Item]:
        """The smaller parts in the days in which they may lie; `days` are those of the parts, ascending."""
        day, (early, late) = whole["date"].toordinal(), self.days
        first, last = (day - late, day - early) if side == RIGHT else (day + early, day + late)
        within = parts[bisect_left(days, first) : bisect_right(days, last)]
        return [part for part in within if abs(part["amount_minor"]) < abs(whole["amount_minor"])]

    def _is_forbidden(self, found: Found) -> bool:
        if found.whole_side == RIGHT:
            return any((part["id"], found.whole["id"]) in self.forbidden for part in found.parts)
        return any((found.whole["id"], part["id"]) in self.forbidden for part in found.parts)

    def _add(self, book: GroupBook, found: Found, names: tuple[str, str]) -> None:
        parts, whole = sorted(part["id"] for part in found.parts), [found.whole["id"]]
        left, right = (parts, whole) if found.whole_side == RIGHT else (whole, parts)
        others = found.sum.solutions - 1
        sure = not others and found.sum.by_chance <= MOST_BY_CHANCE and found.is_like
        what = names[0] if found.whole_side == RIGHT else names[1]
        book.add(
            left,
            right,
            tier="d" if found.is_whole_day else "e",
            confidence=found.confidence,
            alternatives=others,
            status="auto" if sure else "ambiguous" if others else "review",
            evidence=[
                f"{len(parts)} {what} add up to it exactly",
                f"{others} other sets of the {what} near it add up to the same"
                if others
                else f"no other set of the {what} near it does",
                f"expected by chance: {found.sum.by_chance:.1e} such sums",
                *([f"they are all {what} of their days that were open"] if found.is_whole_day else []),
                "its text is that of this flow" if found.is_like else "its text is not that of this flow",
            ],
        )


def _members(found: Found) -> set[tuple[str, str]]:
    other = LEFT if found.whole_side == RIGHT else RIGHT
    return {(found.whole_side, found.whole["id"]), *((other, part["id"]) for part in found.parts)}


def _is_whole_day(chosen: Sequence[Item], near: Sequence[Item]) -> bool:
    days = {item["date"] for item in chosen}
    return len([item for item in near if item["date"] in days]) == len(chosen)
