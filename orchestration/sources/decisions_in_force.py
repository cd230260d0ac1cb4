"""Which decisions hold now: those that were neither taken back nor overtaken by a later one on the same members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orchestration.sources.decisions import Decision

GROUPING = frozenset({"confirm", "regroup"})
Slot = tuple[str, ...]


def decisions_in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that hold, in the order in which they were made; undos themselves are none.

    - An undo takes a decision back, and an undo of that undo brings it back.
    - The latest decision on the same members of the same kind of match holds (confirm, reject, regroup).
    - An object can be in one group of a kind only: confirming or regrouping it ends the earlier group that held it.
    - Explaining stands beside that: the latest holds per exception, and per members and code.
    """
    undone = undone_ids(decisions)
    holding: dict[Slot, Decision] = {}
    group_of: dict[tuple[str, str], Slot] = {}
    for decision in decisions:
        if decision.action == "undo" or decision.decision_id in undone:
            continue
        slot = slot_of(decision)
        if decision.action in GROUPING:
            for member in (*decision.left, *decision.right):
                key = (decision.match_kind, member)
                earlier = group_of.get(key)
                if earlier is not None and earlier in holding and holding[earlier].action in GROUPING:
                    del holding[earlier]
                group_of[key] = slot
        holding.pop(slot, None)
        holding[slot] = decision
    return list(holding.values())


def undone_ids(decisions: Sequence[Decision]) -> set[str]:
    """Ids of the decisions that were taken back; an undo that was itself taken back counts for nothing."""
    undone: set[str] = set()
    for decision in reversed(decisions):  # an undo comes after what it undoes, so its own fate is known here
        if decision.action == "undo" and decision.decision_id not in undone:
            undone.add(decision.undoes)
    return undone


def known_by(decisions: Iterable[Decision], known_at: str) -> list[Decision]:
    """Decisions made by an instant (ISO 8601 UTC text with microseconds); all when it is empty."""
    return [decision for decision in decisions if not known_at or decision.decided_at <= known_at]


def slot_of(decision: Decision) -> Slot:
    """What a decision speaks of: of two with the same slot, the later holds."""
    if decision.action == "learn":
        return ("learn",)
    if decision.exception_id:
        return ("exception", decision.exception_id)
    members = (decision.match_kind, " ".join(decision.left), " ".join(decision.right))
    return ("residual", *members, decision.code) if decision.action == "explain" else ("group", *members)
