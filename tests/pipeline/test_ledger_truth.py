"""The published ledger against what the simulation knows, and against what Stripe states."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sandbox.simulate import simulate_into
from orchestration.sandbox.world.plan import Plan
from orchestration.warehouse.ledger.reading import reading
from orchestration.warehouse.ledger.trace import trace
from orchestration.workspace import Workspace
from tests.pipeline.harness import Outcome, rows
from tests.pipeline.ledger_truth import open_items, true_open_items, wrong_balances, wrong_trial_balances
from tests.pipeline.reviewer import reviewed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Workspace, Outcome]:
    """Inbox, workspace and outcome of four months with seven sellers, in usd, eur, jpy and kwd."""
    folder = tmp_path_factory.mktemp("ledger")
    inbox, workspace = folder / "inbox", Workspace(folder / "workspace")
    simulate_into(Plan(months=4, customers=60, accounts=7, seed=3), inbox, ("sigma-csv",))
    outcome = reviewed(workspace, inbox)
    assert outcome.exit_code == 0, outcome.message
    return inbox, workspace, outcome


def test_every_book_equals_its_truth_in_every_month(company: tuple[Path, Workspace, Outcome]) -> None:
    inbox, workspace, _ = company
    currencies = rows(workspace.published_db, "select distinct currency from marts.fct_ledger_postings where subledger = 'money' order by all")
    assert currencies == [("eur",), ("jpy",), ("kwd",), ("usd",)]
    assert wrong_balances(workspace.published_db, inbox / "truth") == []
    assert wrong_trial_balances(workspace.published_db) == []


def test_what_is_open_is_open_in_truth(company: tuple[Path, Workspace, Outcome]) -> None:
    inbox, workspace, _ = company
    true = true_open_items(inbox / "truth")
    assert true
    assert open_items(workspace.published_db) == true


def test_the_ledger_is_what_stripe_states(company: tuple[Path, Workspace, Outcome]) -> None:
    _, workspace, _ = company
    stated, wrong = rows(
        workspace.published_db,
        "select count(stated_minor), count(*) filter (where difference_minor <> 0) from marts.fct_balance_proof",
    )[0]
    assert stated > 10
    assert wrong == 0


def test_a_company_without_faults_raises_no_exception(company: tuple[Path, Workspace, Outcome]) -> None:
    _, workspace, _ = company
    assert rows(workspace.published_db, "select kind, object_id, reason from marts.fct_exceptions") == []


def test_a_bank_line_leads_to_the_payout_that_it_paid(company: tuple[Path, Workspace, Outcome]) -> None:
    _, workspace, _ = company
    (line, payout), = rows(
        workspace.published_db,
        "select bank.leg, clearing.clearing_id from marts.fct_ledger_postings as bank join marts.fct_ledger_postings as clearing "
        "using (entry_id) where bank.leg like 'bank.%' and clearing.clearing_id like 'po_%' order by all limit 1",
    )  # fmt: skip
    with reading(workspace) as ledger:
        found = trace(ledger, line.removeprefix("bank."))
    assert "bank_entry" in found["found_as"]
    assert payout in [one["payout_id"] for one in found["payouts"]]


def test_daily_balances_are_those_of_the_transactions(company: tuple[Path, Workspace, Outcome]) -> None:
    """Available and pending of each tenant's last day, from what each transaction says itself."""
    _, workspace, _ = company
    wrong = rows(
        workspace.published_db,
        """
        with last_days as (
            select * from marts.agg_account_balances_daily
            qualify row_number() over (partition by account_id, currency order by posting_date desc) = 1
        ),
        sums as (
            select account_id, currency, sum(net_minor) as net_minor,
                sum(net_minor) filter (where available_at > timestamptz '2026-04-02') as pending_minor
            from marts.fct_transactions group by all
        )
        select * from last_days join sums using (account_id, currency)
        where available_minor + last_days.pending_minor <> net_minor
            or last_days.pending_minor <> coalesce(sums.pending_minor, 0)
        """,
    )
    assert wrong == []
