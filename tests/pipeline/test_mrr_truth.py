"""A small company's recurring revenue is what its subscriptions lived through, to the second and the ten-thousandth."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.cohort_truth import assert_true_survival, wrong_cohorts
from tests.pipeline.harness import load_and_build, rows
from tests.pipeline.mrr_truth import write_subscription_events, wrong_movements

pytestmark = pytest.mark.slow

PLAN = Plan(months=12, customers=80, accounts=1, seed=3)
END = "2026-04-01T00:00:00Z"
SOURCES = "select source, count(*) > 0 from intermediate.int_subscription_versions group by source order by source"


def test_exports_of_the_present_tell_all_that_was_billed(tmp_path: Path) -> None:
    """Without any history: invoices tell who changed what when, but for what they show later or never."""
    simulate_into(PLAN, tmp_path / "inbox", ("sigma-csv",))
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, tmp_path / "inbox", as_of=END)
    assert outcome.exit_code == 0, outcome.message
    assert wrong_movements(workspace.candidate_db, tmp_path / "inbox" / "truth", only_told_in_time=True) == []
    assert {source for source, _ in rows(workspace.candidate_db, SOURCES)} >= {"invoice_line", "present_row"}


def test_with_the_events_everything_is_told_in_time(tmp_path: Path) -> None:
    simulate_into(PLAN, tmp_path / "inbox", ("sigma-csv",))
    assert write_subscription_events(PLAN, tmp_path / "inbox") > 500
    workspace = Workspace(tmp_path / "workspace")
    outcome = load_and_build(workspace, tmp_path / "inbox", as_of=END)
    assert outcome.exit_code == 0, outcome.message
    assert wrong_movements(workspace.candidate_db, tmp_path / "inbox" / "truth") == []
    assert wrong_cohorts(workspace.candidate_db, tmp_path / "inbox" / "truth") == {}
    assert assert_true_survival(workspace.candidate_db, tmp_path / "inbox" / "truth", datetime.fromisoformat(END[:-1])) <= 1e-12
    confident = "select count(*) from intermediate.int_subscription_versions where (source = 'event') <> (confidence = 'exact')"
    assert rows(workspace.candidate_db, confident) == [(0,)]
