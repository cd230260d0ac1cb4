"""Payouts and top-ups against bank lines: the flow, what people taught about it, and what is nobody's business."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.calibration import Calibration, Case, cases_of
from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.flow import Flow, match_flow
from orchestration.warehouse.matching.groups import RIGHT
from orchestration.warehouse.matching.lessons_of_people import Aliases, Lesson
from orchestration.warehouse.matching.likeness import Likeness

PAYOUTS_AT_THE_BANK = Flow("payouts", "bank lines", keys=("entity",), has_ids=True, arrives_within=(-2, 5))
PROCESSOR = "stripe"


def match_payouts(
    connection: duckdb.DuckDBPyConnection,
    payouts: pa.Table,
    lines: pa.Table,
    decisions: Decisions,
    cases: Sequence[Case] = (),
    lessons: Sequence[Lesson] = (),
) -> pa.Table:
    """Groups of payouts and bank lines; bank lines that have nothing to do with the processor are left out.

    Args:
        payouts, lines: int_match_items__payouts and int_match_items__bank.
        decisions: What people decided about payouts and bank lines.
        cases: Beliefs whose answers are known, as shipped.
        lessons: Decisions that were accepted as lessons.

    Returns:
        One row per member (`groups.SCHEMA`).
    """
    lines = Aliases.of(lessons, lines, PROCESSOR).applied(lines, PROCESSOR)
    answered = list(cases)
    if lessons:
        answered += cases_of(match_flow(connection, PAYOUTS_AT_THE_BANK, payouts, lines), lessons)
    groups = match_flow(connection, PAYOUTS_AT_THE_BANK, payouts, lines, decisions)
    return _of_the_processor(Calibration.of(answered).applied(groups), payouts, lines)


def _of_the_processor(groups: pa.Table, payouts: pa.Table, lines: pa.Table) -> pa.Table:
    likeness = Likeness.of(payouts, lines, groups)
    alone = pc.and_(pc.equal(groups["status"], "unmatched"), pc.equal(groups["side"], RIGHT))
    ids = groups.filter(alone)["item_id"].combine_chunks()
    items = lines.filter(pc.is_in(lines["id"], value_set=ids))
    foreign = items.filter(pc.invert(likeness.like(items)))["id"].combine_chunks()
    return groups.filter(pc.invert(pc.and_(alone, pc.is_in(groups["item_id"], value_set=foreign))))
