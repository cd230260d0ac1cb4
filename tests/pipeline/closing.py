"""Two people who close periods, and what they look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration import close_step
from orchestration.sources.closes import Close, frozen_file
from orchestration.workspace import Workspace
from tests.pipeline.harness import Outcome, rows

PREPARER, APPROVER, THIRD = "Ada Byron", "Grace Hopper", "Mary Jackson"

# What the books hold, however it was posted: corrections of closed periods included.
LATE = "select object_id, amount_minor, status from marts.fct_exceptions where kind = 'late_change' and object_id like 'txn_%' order by all"
TOTALS = """
select account_id, source_object_id, ledger_account, clearing_id, currency, is_mirror, sum(debit_minor - credit_minor)::bigint
from marts.fct_ledger_postings group by all having sum(debit_minor) <> sum(credit_minor) order by all
"""
# Of the money; billing and recognition correct what follows from it.
CORRECTIONS = """
select period_id, posting_date::varchar, service_month::varchar, source_object_id, ledger_account,
    (debit_minor - credit_minor)::bigint as debit, reverses_entry_id
from marts.fct_ledger_postings where entry_kind = 'correction' and subledger = 'money' order by all
"""


def done(outcome: Outcome) -> Outcome:
    assert outcome.exit_code == 0, outcome.message
    return outcome


def close(workspace: Workspace, period: str) -> Close:
    close_step.prepare(workspace, period, PREPARER)
    return close_step.approve(workspace, period, APPROVER)


def reopen(workspace: Workspace, period: str) -> Close:
    return close_step.reopen(workspace, period, THIRD, "a statement came late")


def postings(workspace: Workspace, period: str) -> list[tuple[Any, ...]]:
    """The postings of a period in the candidate, every column."""
    return rows(
        workspace.candidate_db,
        "from marts.fct_ledger_postings where period_id = ? order by posting_id",
        [period],
    )


def frozen(workspace: Workspace, approval: Close) -> list[tuple[Any, ...]]:
    """The postings that a close froze, every column."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(
            "from read_parquet(?) order by posting_id", [str(_path(workspace, approval))]
        ).fetchall()


def _path(workspace: Workspace, approval: Close) -> Path:
    return frozen_file(workspace, approval.file)


def corrections(workspace: Workspace, period: str) -> dict[tuple[str, str], int]:
    """(Source, ledger account) -> signed money that is corrected in a period."""
    return {
        (source, account): debit
        for found, _, _, source, account, debit, _ in rows(workspace.candidate_db, CORRECTIONS)
        if found == period
    }
