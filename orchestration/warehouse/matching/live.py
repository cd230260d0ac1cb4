"""The match that counts, and its shadow: what it would be with every decision as a lesson.

What people decided holds at once for what they decided about. What it teaches about everything else waits until
somebody has seen what it would change, and accepted that (`tieout review learn`).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.calibration import Case
from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.lessons_of_people import lessons_of
from orchestration.warehouse.matching.payout_bank import match_payouts

KIND = "payout_bank"


def match_payouts_live(
    connection: duckdb.DuckDBPyConnection,
    payouts: pa.Table,
    lines: pa.Table,
    decided: pa.Table,
    calibration: pa.Table,
    lessons: pa.Table,
) -> pa.Table:
    """The groups of payouts and bank lines, taught by accepted decisions only."""
    taught = lessons_of(lessons, KIND, live_only=True)
    return match_payouts(
        connection, payouts, lines, Decisions.of_kind(KIND, decided), shipped(calibration), taught
    )


def match_payouts_in_shadow(
    connection: duckdb.DuckDBPyConnection,
    payouts: pa.Table,
    lines: pa.Table,
    decided: pa.Table,
    calibration: pa.Table,
    lessons: pa.Table,
    live: pa.Table,
) -> pa.Table:
    """The groups as all decisions would teach; the live ones where nothing waits to be accepted."""
    if not pc.any(pc.invert(lessons["is_live"])).as_py():
        return live
    taught = lessons_of(lessons, KIND, live_only=False)
    return match_payouts(
        connection, payouts, lines, Decisions.of_kind(KIND, decided), shipped(calibration), taught
    )


def shipped(calibration: pa.Table) -> list[Case]:
    """The cases of the seed match_calibration for this kind of match."""
    rows = calibration.filter(pc.equal(calibration["match_kind"], KIND)).to_pylist()
    return [
        Case(row["tier"], row["believed_ten_thousandths"] / 10_000, row["match_count"], row["right_count"])
        for row in rows
    ]
