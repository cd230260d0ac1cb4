"""What the matching of a pair of lists ends in: groups of items of both sides, each item in one group at most."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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


def members(
    sides: Mapping[str, tuple[NDArray[np.int64], pa.Array | pa.ChunkedArray]],
    *,
    tier: Any,
    confidence: Any,
    alternatives: Any,
    status: Any,
    evidence: Any,
) -> pa.Table:
    """Many groups as `SCHEMA`.

    Args:
        sides: Side -> group (from 0) and id of each of its items.
        tier, confidence, alternatives, status, evidence: An array with a value per group, or one value for all.
    """
    tables = []
    for side, (group, ids) in sides.items():
        told = [_each(value, group) for value in (tier, confidence, alternatives, status, evidence)]
        columns = [pa.array(group, pa.int64()), *told, pa.repeat(side, len(group)), ids]
        tables.append(pa.table(columns, names=SCHEMA.names).cast(SCHEMA))
    return pa.concat_tables(tables)


def unmatched(side: str, items: pa.Table) -> pa.Table:
    """A group of its own for each of the items: tier f."""
    alone = {side: (np.arange(items.num_rows), items["id"])}
    return members(alone, tier="f", confidence=0.0, alternatives=0, status="unmatched", evidence="[]")


def _each(value: Any, group: NDArray[np.int64]) -> pa.Array | pa.ChunkedArray:
    if isinstance(value, str | float | int):
        return pa.repeat(pa.scalar(value), len(group))
    values = value if isinstance(value, pa.Array | pa.ChunkedArray) else pa.array(value)
    return values.take(pa.array(group))


@dataclass
class GroupBook:
    """Groups as they are found, kept as Arrow tables; those that come one by one wait in rows until they are read."""

    count: int = 0
    _tables: list[pa.Table] = field(default_factory=list)
    _rows: list[tuple[Any, ...]] = field(default_factory=list)

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
        told = json.dumps(list(evidence), ensure_ascii=False)
        for side, ids in ((LEFT, left), (RIGHT, right)):
            self._rows += [
                (self.count, tier, confidence, alternatives, status, told, side, item) for item in ids
            ]
        self.count += 1

    def extend(self, table: pa.Table) -> None:
        """Many groups, numbered from 0 in `table`."""
        if not table.num_rows:
            return
        self._flush()
        numbers = pc.add(table["group_number"], self.count)
        whole = table.set_column(table.schema.get_field_index("group_number"), "group_number", numbers)
        self._tables.append(whole.select(SCHEMA.names).cast(SCHEMA).combine_chunks())
        self.count = pc.max(numbers).as_py() + 1

    def pairs(self) -> pa.Table:
        """Columns left_id, right_id: the groups with one item of each side, by left_id."""
        table = self.table()
        sizes = table.group_by("group_number").aggregate([("item_id", "count")])
        pairs = sizes.filter(pc.equal(sizes["item_id_count"], 2)).select(["group_number"])
        for side in (LEFT, RIGHT):
            members = table.filter(pc.equal(table["side"], side)).select(["group_number", "item_id"])
            pairs = pairs.join(
                members.rename_columns(["group_number", f"{side}_id"]), "group_number", join_type="inner"
            )
        return pairs.select(["left_id", "right_id"]).sort_by("left_id")

    def ids(self, side: str) -> pa.Array:
        """Ids of the items of a side that stand in a group."""
        table = self.table()
        return table.filter(pc.equal(table["side"], side))["item_id"].combine_chunks()

    @property
    def taken(self) -> dict[str, set[str]]:
        """The same as sets; for the few groups that people decided on."""
        return {side: set(self.ids(side).to_pylist()) for side in (LEFT, RIGHT)}

    def free(self, side: str, items: pa.Table, but: pa.ChunkedArray | None = None) -> pa.Table:
        """The items of a list that stand in no group yet; those of `but` count as free."""
        taken = self.ids(side)
        if but is not None:
            taken = taken.filter(pc.invert(pc.is_in(taken, value_set=_one_array(but))))
        return items.filter(pc.invert(pc.is_in(items["id"], value_set=taken)))

    def table(self) -> pa.Table:
        """All groups, one row per member."""
        self._flush()
        return pa.concat_tables(self._tables) if self._tables else SCHEMA.empty_table()

    def _flush(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            self._tables.append(pa.table([list(column) for column in columns], schema=SCHEMA))
            self._rows = []


def _one_array(ids: pa.ChunkedArray | pa.Array) -> pa.Array:
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
