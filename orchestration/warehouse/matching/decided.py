"""What people decided about pairs and groups; it comes before all tiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.groups import LEFT, RIGHT, GroupBook


@dataclass(frozen=True)
class Decision:
    """One decision in force about a group: `confirm`, `regroup` or `reject`."""

    decision_id: str
    action: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Decisions:
    """The decisions in force about one kind of match."""

    decisions: tuple[Decision, ...] = ()
    forbidden: frozenset[tuple[str, str]] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        pairs = {
            pair
            for decision in self.decisions
            if decision.action == "reject"
            for pair in product(decision.left, decision.right)
        }
        allowed = {
            pair
            for decision in self.decisions
            if decision.action != "reject"
            for pair in product(decision.left, decision.right)
        }
        object.__setattr__(self, "forbidden", frozenset(pairs - allowed))

    @classmethod
    def of_kind(cls, match_kind: str, members: pa.Table) -> Decisions:
        """The decisions about one kind of match, from rows of int_decision_members."""
        rows = members.filter(pc.equal(members["match_kind"], match_kind)).to_pylist()
        found: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            found.setdefault(row["decision_id"], {LEFT: [], RIGHT: []})[row["side"]].append(row["object_id"])
        facts = {row["decision_id"]: row for row in rows}
        return cls(
            tuple(
                Decision(
                    decision_id,
                    facts[decision_id]["action"],
                    tuple(sorted(sides[LEFT])),
                    tuple(sorted(sides[RIGHT])),
                    facts[decision_id]["decided_by"] or "",
                    facts[decision_id]["reason"] or "",
                )
                for decision_id, sides in sorted(found.items())
            )
        )

    def forbids(self, left: Collection[str], right: Collection[str]) -> bool:
        """Whether a group holds a pair that was rejected."""
        return bool(self.forbidden) and any(pair in self.forbidden for pair in product(left, right))

    def allowed(self, pairs: pa.Table) -> pa.Array:
        """Per row of `pairs` (columns left_id, right_id) whether nobody rejected it."""
        if not self.forbidden:
            return pa.repeat(True, pairs.num_rows)
        ids = zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True)
        return pa.array([pair not in self.forbidden for pair in ids], pa.bool_())

    def apply(self, book: GroupBook, left: pa.Table, right: pa.Table) -> None:
        """Confirmed groups whose members are all there stand as they were confirmed."""
        known = (
            {LEFT: set(left["id"].to_pylist()), RIGHT: set(right["id"].to_pylist())} if self.decisions else {}
        )
        for decision in self.decisions:
            if decision.action == "reject":
                continue
            whole = set(decision.left) <= known[LEFT] and set(decision.right) <= known[RIGHT]
            is_free = not (set(decision.left) & book.taken[LEFT] or set(decision.right) & book.taken[RIGHT])
            if whole and is_free and (decision.left or decision.right):
                why = f": {decision.reason}" if decision.reason else ""
                book.add(
                    decision.left,
                    decision.right,
                    tier="f",
                    confidence=1.0,
                    alternatives=0,
                    status="confirmed",
                    evidence=[f"{decision.by or 'a person'} decided so{why} ({decision.decision_id})"],
                )
