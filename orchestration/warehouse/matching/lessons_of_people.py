"""What accepted decisions teach: whose lines are the processor's, whose are not, and how right the matcher was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.groups import LEFT, RIGHT
from orchestration.warehouse.matching.likeness import SHORTEST_STEM, without_numbers

Lesson = tuple[str, frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Aliases:
    """Names and texts of bank lines that people said are the processor's, or are not.

    Attributes:
        ours, others: Counterparties, or texts without their numbers where a bank states none. What was said both
            ways teaches nothing.
    """

    ours: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lessons: Iterable[Lesson], lines: pa.Table, processor: str) -> Aliases:
        """From decided groups and the bank lines in them."""
        said = list(lessons)
        wanted = pa.array(sorted({item for _, _, right in said for item in right}), pa.string())
        rows = lines.filter(pc.is_in(lines["id"], value_set=wanted))
        called = dict(zip(rows["id"].to_pylist(), names_of(rows).to_pylist(), strict=True))
        ours = {
            called.get(item, "")
            for action, left, right in said
            if action != "reject" and left
            for item in right
        }
        others = {called.get(item, "") for action, _, right in said if action == "reject" for item in right}
        ours, others = ours - {"", processor}, others - {"", processor}
        return cls(frozenset(ours - others), frozenset(others - ours))

    def applied(self, lines: pa.Table, processor: str) -> pa.Table:
        """The lines with `entity` as people know it."""
        if not self.ours and not self.others:
            return lines
        names = names_of(lines)
        is_ours = pc.is_in(names, value_set=pa.array(sorted(self.ours), pa.string()))
        is_other = pc.is_in(names, value_set=pa.array(sorted(self.others), pa.string()))
        foreign = pc.binary_join_element_wise(f"not {processor}:", names, " ")
        entity = pc.if_else(is_ours, processor, pc.if_else(is_other, foreign, lines["entity"]))
        return lines.set_column(lines.schema.get_field_index("entity"), "entity", entity)


def names_of(lines: pa.Table) -> pa.ChunkedArray:
    """What identifies the sender of each line: its name, else its text without numbers if that is long enough."""
    stems = without_numbers(lines["text"])
    long = pc.greater_equal(pc.utf8_length(stems), SHORTEST_STEM)
    return pc.if_else(pc.is_valid(lines["entity"]), lines["entity"], pc.if_else(long, stems, ""))


def lessons_of(members: pa.Table, match_kind: str, *, live_only: bool) -> list[Lesson]:
    """Decided groups from rows of int_match_lessons (decision_id, action, match_kind, side, object_id, is_live)."""
    found: dict[str, tuple[str, dict[str, set[str]]]] = {}
    for row in members.filter(pc.equal(members["match_kind"], match_kind)).to_pylist():
        if row["is_live"] or not live_only:
            found.setdefault(row["decision_id"], (row["action"], {LEFT: set(), RIGHT: set()}))[1][
                row["side"]
            ].add(row["object_id"])
    return [
        (action, frozenset(sides[LEFT]), frozenset(sides[RIGHT]))
        for _, (action, sides) in sorted(found.items())
    ]
