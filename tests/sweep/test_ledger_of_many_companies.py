"""Twenty simulated companies, each book against its truth; one of them in every test run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.workspace import Workspace
from tests.pipeline.harness import rows
from tests.pipeline.ledger_truth import open_items, true_open_items, wrong_balances, wrong_trial_balances
from tests.pipeline.reviewer import reviewed
from tests.sweep.support import SEED, share

pytestmark = [pytest.mark.sweep, pytest.mark.slow]

PLANS = random.Random(SEED).sample(range(1, 1_000), 20)


@pytest.mark.parametrize("seed", PLANS[: share(20)])
def test_a_simulated_company_s_books_are_true(seed: int, tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "inbox", Workspace(tmp_path / "workspace")
    simulate_into(Plan(months=4, customers=60, accounts=7, seed=seed), inbox, ("sigma-csv",))
    outcome = reviewed(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    assert wrong_balances(workspace.published_db, inbox / "truth") == []
    assert wrong_trial_balances(workspace.published_db) == []
    assert open_items(workspace.published_db) == true_open_items(inbox / "truth")
    assert rows(workspace.published_db, "select * from marts.fct_exceptions") == []
