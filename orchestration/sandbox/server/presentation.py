"""Objects as JSON: as of an instant, what they embed as of the same instant, long lists inside them cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from orchestration.sandbox.server.catalog import Catalog
from orchestration.sandbox.server.errors import ApiError
from orchestration.sandbox.server.shelf import Entry, Shown
from orchestration.sandbox.server.versions import Look, old_shape
from orchestration.sandbox.world.history import Obj

NESTED_LIMIT = 10  # as many elements of a list inside an object are shown


_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return _encode(value).encode()


class Presenter:
    """Shows the objects of one account at one instant, in the current or an old shape."""

    def __init__(self, catalog: Catalog, tenant: str, at: int, *, is_old: bool = False) -> None:
        self.catalog = catalog
        self.tenant = tenant
        self.at = at
        self.is_old = is_old
        self._look = Look(self._state_of, self._states_having)

    def body(self, entry: Entry) -> bytes:
        """The JSON of an object that exists; kept for as long as nothing in it changes."""
        shown = entry.shown.get(self.is_old)
        if shown is None or not shown.since <= self.at < shown.until:
            moments = [entry.until(self.at)]
            state = self._state(entry)
            body = as_json(state)
            if self.is_old or _embeds(state, body):
                body = as_json(self.nested(state, moments))
            # an old shape is put together from other objects too, which may change at any time
            until = self.at + 1 if self.is_old else min(moments)
            shown = entry.shown[self.is_old] = Shown(self.at, until, body)
        return shown.body

    def obj(self, entry: Entry) -> Obj:
        """An object that exists."""
        return self.nested(self._state(entry))

    def nested(self, state: Obj, until: list[int] | None = None) -> Obj:
        """An object whose own state is known, with all that it embeds as of the instant.

        `until` collects when something that it embeds will change. An event is shown as it was written: the
        object in it is what it was then.
        """
        if state["object"] == "event":
            event: Obj = _shown(state, lambda embedded: embedded)
            return event
        moments: list[int] = [] if until is None else until
        shown = {
            key: _shown(value, partial(self._now, moments)) if isinstance(value, dict | list) else value
            for key, value in state.items()
        }
        return old_shape(shown, self._look) if self.is_old else shown

    def _now(self, until: list[int], embedded: Obj) -> Obj:
        """An embedded object in its state at the instant; as it stands when nobody knows its history."""
        entry = self.catalog.find(self.tenant, embedded["object"], embedded["id"])
        if entry is None:
            return embedded
        until.append(entry.until(self.at))
        return entry.state(self.at) or embedded

    def expanded(self, obj: Obj, path: list[str]) -> Obj:
        """An object with the id at a path replaced by the object of that id.

        Raises:
            ApiError: 400, the object has no such property.
        """
        key, *rest = path
        if key not in obj:
            raise ApiError(400, f"This property cannot be expanded ({key}).", param="expand")
        value = self._expanded(obj[key], rest)
        return obj if value is obj[key] else {**obj, key: value}

    def _expanded(self, value: Any, rest: list[str]) -> Any:
        if isinstance(value, list):
            return [self._expanded(element, rest) for element in value]
        if isinstance(value, str):
            entry = self.catalog.named(self.tenant, value)
            if entry is None or entry.state(self.at) is None:
                return value
            value = self.obj(entry)
        return self.expanded(value, rest) if rest and isinstance(value, dict) else value

    def _state(self, entry: Entry) -> Obj:
        state = entry.state(self.at)
        assert state is not None, entry.id
        return state

    def _state_of(self, object_id: str) -> Obj | None:
        entry = self.catalog.named(self.tenant, object_id)
        return entry.state(self.at) if entry is not None else None

    def _states_having(self, name: str, wanted: Any, value: str) -> list[Obj]:
        entries = self.catalog.shelf(self.tenant, name).having(wanted, value).entries
        return [state for entry in entries if (state := entry.state(self.at)) is not None]


def _shown(value: Any, now: Callable[[Obj], Obj]) -> Any:
    """A value with every embedded object as `now` has it, and long lists of objects cut."""
    if isinstance(value, list):
        return [_shown(element, now) for element in value]
    if not isinstance(value, dict):
        return value
    if value.get("object") == "list":
        shown = [_shown(element, now) for element in value["data"][:NESTED_LIMIT]]
        has_more = value["has_more"] or len(value["data"]) > NESTED_LIMIT
        return {**value, "data": shown, "has_more": has_more}
    if "object" in value and "id" in value:
        value = now(value)
    return {
        key: _shown(inner, now) if isinstance(inner, dict | list) else inner for key, inner in value.items()
    }


def _embeds(state: Obj, body: bytes) -> bool:
    """Whether an object, whose JSON is given, embeds what has to be looked at; most embed nothing."""
    if state["object"] == "event":
        return b'"object":"list"' in body
    return body.count(b'"object":') > 1
