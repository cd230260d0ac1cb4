"""How an object became what it is: its changes, and its state at any instant.

Only the last state of an object is kept, with what each change replaced. Earlier states are found by taking
changes back, which is also what Stripe's `previous_attributes` say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Obj = dict[str, Any]


@dataclass(slots=True)
class Change:
    """One moment in the life of an object.

    Attributes:
        at: Epoch seconds.
        event: Type of the event that Stripe sends, such as `charge.refunded`; None when it sends none.
        before: What the changed keys held before; None for the birth of the object.
        deleted: The object ceased to exist; lists no longer show it.
    """

    at: int
    event: str | None
    before: Obj | None
    deleted: bool = False


def history_key(obj: Obj) -> str:
    """Where an object's changes are kept: under its id. A legacy plan shares the id of its price."""
    key: str = obj.get("id", "")
    return f"plan:{key}" if obj["object"] == "plan" else key


def state_at(obj: Obj, changes: list[Change], at: int) -> Obj | None:
    """The object as it stood at an instant (changes of that second included); None unborn or deleted."""
    state = obj
    for change in reversed(changes):
        if change.at <= at:
            return None if change.deleted else state
        if change.before is None:
            return None
        state = {**state, **change.before}
    return None


def versions(obj: Obj, changes: list[Change]) -> Iterator[tuple[Change, Obj]]:
    """Every change with the state right after it, newest first."""
    state = obj
    for change in reversed(changes):
        yield change, state
        if change.before is not None:
            state = {**state, **change.before}
