"""Twenty companies of three years: billing as they lived it, closed periods that never move, whatever comes late."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.billing_truth import wrong_months, wrong_receivables
from tests.pipeline.closing import TOTALS, close, done, frozen, postings
from tests.pipeline.harness import load_and_build, rows, run
from tests.pipeline.inboxes import Table, as_csv, edit_csv, file_of, put, read_csv
from tests.sweep.support import SEED, share

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

PLANS = random.Random(SEED).sample(range(1, 1_000), 20)
CLOSED, CLOSED_AT = "2025-03", "2025-04-10T00:00:00Z"
LATE = ("balance_transactions", "charges", "refunds", "invoices", "invoice_line_items", "credit_notes")


def _held_back(inbox: Path, seed: int) -> dict[str, Table]:
    """Takes one row in forty of the closed months out of the exports; file -> these rows."""
    chance, held = random.Random(seed), {}
    for name in LATE:
        path = file_of(inbox, name)
        day = {"invoices": "date", "invoice_line_items": "period_start"}.get(name, "created")
        rows_of_file = read_csv(path)
        late = [row for row in rows_of_file if row[day][:7] <= CLOSED and chance.random() < 1 / 40]
        if not late:
            continue
        held[name] = late
        ids = {row["id"] for row in late}
        edit_csv(path, lambda table, ids=ids: [row for row in table if row["id"] not in ids])
    assert len(held) > 2
    return held


@pytest.mark.parametrize("seed", PLANS[: share(20)])
def test_three_years_of_billing_are_true_and_closed_ones_stand(seed: int, tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    simulate_into(Plan(months=36, customers=25, accounts=3, seed=seed), inbox, ("sigma-csv",))
    whole = tmp_path / "whole"
    shutil.copytree(inbox, whole)
    held = _held_back(inbox, seed)
    done(run(workspace, inbox, as_of=CLOSED_AT))
    months = rows(workspace.published_db, "select period_id from marts.dim_periods where period_id <= ? order by 1", [CLOSED])
    assert len(months) > 20
    stood = {month: frozen(workspace, close(workspace, month)) for (month,) in months}

    for name, table in held.items():
        put(file_of(inbox, name, "2026-04-01T0400"), as_csv(table), "2026-04-01T0400")
    done(run(workspace, inbox))
    assert {month: postings(workspace, month) for (month,) in months} == stood
    assert rows(workspace.candidate_db, "select count(*) > 20 from marts.fct_ledger_postings where entry_kind = 'correction'") == [(True,)]

    # the same facts in time, with nothing closed: billing as it was lived, and the same totals of every source
    in_time = Workspace(tmp_path / "in_time")
    done(load_and_build(in_time, whole))
    assert wrong_months(in_time.candidate_db, whole / "truth") == []
    assert wrong_receivables(in_time.candidate_db) == []
    assert rows(workspace.candidate_db, TOTALS) == rows(in_time.candidate_db, TOTALS)
