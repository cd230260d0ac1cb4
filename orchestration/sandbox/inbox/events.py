"""Stripe's events, told from the history of objects: what was changed, and what stood there before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Change, Obj, history_key, versions
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan

API_VERSION = "2026-10-28.endive"
KEPT_DAYS = 30


def events_of(tenant: str, obj: Obj, changes: list[Change], since: int = 0) -> Iterator[Obj]:
    """The events of one object, newest first, from the instant `since` (epoch seconds) on.

    `data.object` is the object right after the change. The event of a deletion shows it as it stood last,
    with `deleted` beside. Changes of which Stripe sends no event are passed over.
    """
    number = len(changes)
    for change, state in versions(obj, changes):
        number -= 1
        if change.at < since:
            return
        if change.event is not None:
            yield _event(tenant, state, change, number)


def previous_attributes(before: Obj, after: Obj) -> Obj:
    """What stood in `before` where `after` differs, as Stripe tells it.

    Maps are compared key by key, a key that is new was null; lists are told whole.
    """
    told: Obj = {key: None for key in after if key not in before and after[key] is not None}
    for key, old in before.items():
        new = after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            inner = previous_attributes(old, new)
            if inner:
                told[key] = inner
        elif old != new:
            told[key] = old
    return told


def _event(tenant: str, state: Obj, change: Change, number: int) -> Obj:
    data: Obj = {"object": {**state, "deleted": True} if change.deleted else state}
    if change.before:
        after = {key: state[key] for key in change.before}
        data["previous_attributes"] = previous_attributes(change.before, after)
    name = f"{state['object']}:{state['id']}:{number}"
    event: Obj = {"id": f"evt_1{blake2b(name.encode(), digest_size=8).hexdigest()}", "object": "event"}
    if tenant != PLATFORM:
        event["account"] = tenant
    event.update(
        api_version=API_VERSION,
        created=change.at,
        data=data,
        livemode=True,
        pending_webhooks=0,
        request={"id": None, "idempotency_key": None},
        type=change.event,
    )
    return event


class EventFile:
    """`stripe/events/events.jsonl`: the events that Stripe still keeps when the story ends.

    Objects follow each other as they were simulated; the events of one object stand oldest first.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._since = plan.end - KEPT_DAYS * DAY
        path = folder / "stripe" / "events" / "events.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def take(self, segment: Segment) -> None:
        """Write the events of a segment's objects."""
        encode: Any = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        since = self._since
        for pairs in segment.objects.values():
            for tenant, obj in pairs:
                changes = segment.history.get(history_key(obj))
                if changes and changes[-1].at >= since:
                    events = list(events_of(tenant, obj, changes, since))
                    self._file.writelines(encode(event) + "\n" for event in reversed(events))

    def close(self, simulation: Simulation) -> None:
        """Complete the file."""
        self._file.close()
