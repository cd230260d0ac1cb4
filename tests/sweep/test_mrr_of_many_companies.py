"""Twenty companies: recurring revenue as it was lived, from exports of the end alone and with every event."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.cohort_truth import assert_true_survival, wrong_cohorts
from tests.pipeline.harness import load_and_build
from tests.pipeline.mrr_truth import write_subscription_events, wrong_movements
from tests.sweep.support import SEED, share

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

PLANS = random.Random(SEED + 1).sample(range(1, 1_000), 20)
END = "2026-04-01T00:00:00Z"


@pytest.mark.parametrize("seed", PLANS[: share(20)])
def test_recurring_revenue_is_what_was_lived(seed: int, tmp_path: Path) -> None:
    plan, inbox = Plan(months=24, customers=150, accounts=1, seed=seed), tmp_path / "inbox"
    simulate_into(plan, inbox, ("sigma-csv",))
    present, told = Workspace(tmp_path / "present"), Workspace(tmp_path / "told")
    outcome = load_and_build(present, inbox, as_of=END)
    assert outcome.exit_code == 0, outcome.message
    assert wrong_movements(present.candidate_db, inbox / "truth", only_told_in_time=True) == []

    write_subscription_events(plan, inbox)
    outcome = load_and_build(told, inbox, as_of=END)
    assert outcome.exit_code == 0, outcome.message
    assert wrong_movements(told.candidate_db, inbox / "truth") == []
    assert wrong_cohorts(told.candidate_db, inbox / "truth") == {}
    assert assert_true_survival(told.candidate_db, inbox / "truth", datetime.fromisoformat(END[:-1])) <= 1e-12
