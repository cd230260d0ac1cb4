"""Payouts and top-ups against bank lines: the flow, and which of its leftovers are nobody's business."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.flow import Flow, match_flow
from orchestration.warehouse.matching.groups import RIGHT
from orchestration.warehouse.matching.likeness import Likeness

PAYOUTS_AT_THE_BANK = Flow("payouts", "bank lines", keys=("entity",), has_ids=True)


def match_payouts(
    connection: duckdb.DuckDBPyConnection, payouts: pa.Table, lines: pa.Table, decisions: Decisions
) -> pa.Table:
    """Groups of payouts and bank lines; bank lines that have nothing to do with the processor are left out.

    Args:
        payouts, lines: int_match_items__payouts and int_match_items__bank.
        decisions: What people decided about payouts and bank lines.

    Returns:
        One row per member (`groups.SCHEMA`).
    """
    groups = match_flow(connection, PAYOUTS_AT_THE_BANK, payouts, lines, decisions)
    return _of_the_processor(groups, payouts, lines)


def _of_the_processor(groups: pa.Table, payouts: pa.Table, lines: pa.Table) -> pa.Table:
    likeness = Likeness.of(payouts, lines, groups)
    alone = pc.and_(pc.equal(groups["status"], "unmatched"), pc.equal(groups["side"], RIGHT))
    ids = groups.filter(alone)["item_id"].combine_chunks()
    items = lines.filter(pc.is_in(lines["id"], value_set=ids)).select(["id", "text", "entity"]).to_pylist()
    foreign = pa.array([item["id"] for item in items if not likeness.like(item)], pa.string())
    return groups.filter(pc.invert(pc.and_(alone, pc.is_in(groups["item_id"], value_set=foreign))))
