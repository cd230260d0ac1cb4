"""What `tieout match` answers: pairs, sets of items that are alike, and what has no counterpart, as tables."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.warehouse.matching.groups import LEFT, RIGHT
from orchestration.warehouse.matching.matcher import AUTOMATIC, Matching
from orchestration.warehouse.matching.sets import RivalSet

IntArray = NDArray[np.int64]

_SHARE = pa.decimal128(6, 4)
# Why an item has no pair: nothing fits it, or it is one of several that are alike and one too many.
NONE_FOUND, ONE_TOO_MANY = "no counterpart", "alike"


def pairs_table(matching: Matching) -> pa.Table:
    """One row per pair, by left_id: left_id, right_id, confidence (rounded down), tier, status, alternative_count."""
    table = matching.table().sort_by("left_id")
    place = table.schema.get_field_index("confidence")
    confidence = _share(table["confidence"].to_numpy())
    return table.set_column(place, "confidence", confidence)


def sets_table(matching: Matching, sets: list[RivalSet]) -> pa.Table:
    """One row per item of a set of items that are alike.

    Columns: set_number, side, id, left_count, right_count, confidence, status. `auto` says that the set as a
    whole is sure: as many items on both sides, all of one amount. Which of them belong together cannot be told.
    """
    ordered = sorted(sets, key=lambda one: int(one.left[0]))
    sides = []
    for side, items in ((LEFT, matching.lists.left), (RIGHT, matching.lists.right)):
        rows = [one.left if side == LEFT else one.right for one in ordered]
        number = np.repeat(np.arange(len(ordered)), [len(row) for row in rows])
        ids = items.ids.take(pa.array(np.concatenate([np.zeros(0, dtype=np.int64), *rows])))
        sides.append(
            pa.table({"number": number, "side": pa.array([side] * len(number), pa.string()), "id": ids})
        )
    members = pa.concat_tables(sides).sort_by(
        [("number", "ascending"), ("side", "ascending"), ("id", "ascending")]
    )
    number = members["number"].to_numpy()
    counts = np.array([[len(one.left), len(one.right)] for one in ordered], dtype=np.int64).reshape(-1, 2)
    is_even = np.array([one.is_even for one in ordered], dtype=bool)
    inside = np.array([one.probability for one in ordered], dtype=float)
    confidence = np.where(is_even, inside, 1 / np.maximum(counts.max(axis=1, initial=1), 1))
    status = np.where(is_even & (inside >= AUTOMATIC), "auto", "ambiguous")
    return pa.table(
        {
            "set_number": number + 1,
            "side": members["side"],
            "id": members["id"],
            "left_count": counts[number, 0],
            "right_count": counts[number, 1],
            "confidence": _share(confidence[number]),
            "status": pa.array(status[number], pa.string()),
        }
    )


def unmatched_table(matching: Matching, sets: list[RivalSet], left: pa.Table, right: pa.Table) -> pa.Table:
    """One row per item without a pair, left ones first, by id: side, the columns of the lists, and reason."""
    pairs, parts = matching.pairs, []
    for side, table in ((LEFT, left), (RIGHT, right)):
        paired = (pairs.left if side == LEFT else pairs.right)[matching.chosen]
        ordered = table.sort_by("id")
        alike = np.concatenate(
            [np.zeros(0, dtype=np.int64), *(one.left if side == LEFT else one.right for one in sets)]
        )
        rows = np.setdiff1d(np.arange(ordered.num_rows), paired)
        reason = np.where(np.isin(rows, alike), ONE_TOO_MANY, NONE_FOUND)
        found = ordered.take(pa.array(rows)).append_column("reason", pa.array(reason, pa.string()))
        parts.append(found.add_column(0, "side", pa.array([side] * len(rows), pa.string())))
    return pa.concat_tables(parts)


def unmatched_money(unmatched: pa.Table) -> list[tuple[str, str, int, int]]:
    """(side, currency, items, minor units) of what has no counterpart; never a sum over currencies."""
    # 64 bits may not hold the sum of amounts that each fit into them
    wide = unmatched.set_column(
        unmatched.schema.get_field_index("amount_minor"),
        "amount_minor",
        pc.cast(unmatched["amount_minor"], pa.decimal128(38, 0)),
    )
    found = wide.group_by(["side", "currency"]).aggregate([("id", "count"), ("amount_minor", "sum")])
    rows = found.sort_by([("side", "ascending"), ("currency", "ascending")]).to_pylist()
    return [(row["side"], row["currency"], row["id_count"], int(row["amount_minor_sum"])) for row in rows]


def _share(values: NDArray[np.float64]) -> pa.Array:
    """Shares as decimals of four places, never rounded up: 0.99996 is not certain."""
    whole = pa.array(np.floor(values * 10_000 + 1e-6).astype(np.int64)).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.0001"))).cast(_SHARE)
