"""What the matching of a pair of lists ends in: groups of items of both sides, each item in one group at most."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

LEFT, RIGHT = "left", "right"

SCHEMA = pa.schema(
    [
        ("group_number", pa.int64()),
        ("tier", pa.string()),
        ("confidence", pa.float64()),
        ("alternative_count", pa.int64()),
        ("status", pa.string()),
        ("evidence", pa.string()),
        ("side", pa.string()),
        ("item_id", pa.string()),
    ]
)


@dataclass
class GroupBook:
    """Groups as they are found, kept as Arrow tables.

    Attributes:
        taken: Ids of the items of each side that stand in a group.
    """

    tables: list[pa.Table] = field(default_factory=list)
    taken: dict[str, set[str]] = field(default_factory=lambda: {LEFT: set(), RIGHT: set()})
    count: int = 0

    def add(
        self,
        left: Sequence[str],
        right: Sequence[str],
        *,
        tier: str,
        confidence: float,
        alternatives: int,
        status: str,
        evidence: Iterable[str],
    ) -> None:
        """One group."""
        ids = [*left, *right]
        sides = [LEFT] * len(left) + [RIGHT] * len(right)
        told = json.dumps(list(evidence), ensure_ascii=False)
        self.extend(
            pa.table(
                [
                    [0] * len(ids), [tier] * len(ids), [confidence] * len(ids), [alternatives] * len(ids),
                    [status] * len(ids), [told] * len(ids), sides, ids,
                ],
                schema=SCHEMA,
            )
        )  # fmt: skip

    def extend(self, table: pa.Table) -> None:
        """Many groups, numbered from 0 in `table`."""
        if not table.num_rows:
            return
        numbers = pa.compute.add(table["group_number"], self.count)
        self.tables.append(table.set_column(0, "group_number", numbers).select(SCHEMA.names).cast(SCHEMA))
        self.count = pa.compute.max(numbers).as_py() + 1
        for side in (LEFT, RIGHT):
            ids = table.filter(pa.compute.equal(table["side"], side))["item_id"].to_pylist()
            self.taken[side].update(ids)

    def pairs(self) -> list[tuple[str, str]]:
        """Left and right id of the groups with one item of each side."""
        members: dict[int, dict[str, list[str]]] = {}
        columns = ("group_number", "side", "item_id")
        for number, side, item in zip(*(self.table()[name].to_pylist() for name in columns), strict=True):
            members.setdefault(number, {LEFT: [], RIGHT: []})[side].append(item)
        single = [sides for sides in members.values() if len(sides[LEFT]) == len(sides[RIGHT]) == 1]
        return sorted((sides[LEFT][0], sides[RIGHT][0]) for sides in single)

    def free(self, side: str, items: pa.Table, but: Collection[str] = ()) -> pa.Table:
        """The items of a list that stand in no group yet; those of `but` count as free."""
        taken = pa.array(sorted(self.taken[side].difference(but)), pa.string())
        return items.filter(pa.compute.invert(pa.compute.is_in(items["id"], value_set=taken)))

    def table(self) -> pa.Table:
        """All groups, one row per member."""
        return pa.concat_tables(self.tables) if self.tables else SCHEMA.empty_table()
