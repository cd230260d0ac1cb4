"""The switches of `books = us_gaap` and the two beside it, from files to published postings; and that they are off by default."""

from __future__ import annotations

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells, assert_same, imbalance
from tests.golden.revenue.published import natural_changes, run_examples
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.stories import SWITCHED
from tests.golden.revenue.switch_expected import EXPECTED, LEDGER, PLAIN, SETTINGS
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow
LOSSES = ("bad_debt", "credit_losses", "recoverables", "discounts", "customer_balance_adjustments")


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    told = [EXAMPLES[name] for name in [*EXPECTED, *LEDGER]]
    return run_examples(tmp_path_factory.mktemp("switches"), told, SETTINGS)


@pytest.fixture(scope="module")
def switched_changes(switched: Workspace) -> dict[str, Cells]:
    return natural_changes(switched)


def test_every_story_has_its_expectation() -> None:
    assert sorted(EXPECTED) == SWITCHED


@pytest.mark.parametrize("cells", [*EXPECTED.values(), *PLAIN.values()])
def test_what_is_expected_balances(cells: Cells) -> None:
    assert imbalance(cells) == {}


@pytest.mark.parametrize("name", EXPECTED)
def test_with_the_switches(name: str, switched_changes: dict[str, Cells]) -> None:
    assert_same(switched_changes[f"acct_1{name}"], EXPECTED[name])


@pytest.mark.parametrize("name", PLAIN)
def test_without_them(name: str, changes: dict[str, Cells]) -> None:
    assert PLAIN[name] != EXPECTED[name]
    assert_same(changes[f"acct_1{name}"], PLAIN[name])


@pytest.mark.parametrize("name", LEDGER)
def test_accounts_of_losses_and_gifts(name: str, switched: Workspace) -> None:
    found = rows(
        switched.published_db,
        "select ledger_account, period_id, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
        f"where account_id = ? and ledger_account in {LOSSES} group by all having sum(debit_minor - credit_minor) <> 0",
        [f"acct_1{name}"],
    )
    assert {found_row[:2]: found_row[2] for found_row in found} == {cell: minor(value) for cell, value in LEDGER[name].items()}


# Period -> opening, adjusted, FX, closing of FR2's receivable; 108 were billed in January.
ROLLED = {
    "2019-01": ("0", "0", "-4.50", "103.50"),
    "2019-02": ("103.50", "-33", "4.50", "75"),
    "2019-03": ("75", "-78", "3", "0"),
}


@pytest.mark.parametrize("period", ROLLED)
def test_the_roll_forward_shows_what_rates_did(period: str, switched: Workspace) -> None:
    found = rows(
        switched.published_db,
        "select opening_minor, adjusted_minor, fx_minor, closing_minor from marts.agg_contract_balances "
        "where account_id = 'acct_1FR2' and balance_kind = 'receivable' and period_id = ?",
        [period],
    )
    assert found == [tuple(minor(value) for value in ROLLED[period])]


def test_remeasurement_is_an_entry_of_its_own(switched: Workspace) -> None:
    found = rows(
        switched.published_db,
        "select distinct entry_id, subledger, effective_at::varchar from marts.fct_ledger_postings "
        "where account_id = 'acct_1FR5' and entry_kind = 'fx_remeasurement' order by all",
    )
    invoice = "acct_1FR5:in_FR5x1:remeasured"
    assert found == [
        (f"{invoice}:1548979200", "billing", "2019-02-01 00:00:00+00"),
        (f"{invoice}:2019-01", "billing", "2019-01-31 23:59:59+00"),
    ]


def test_a_month_without_a_rate_is_told(switched: Workspace) -> None:
    found = rows(switched.published_db, "select kind, account_id, object_id, currency, amount_minor from marts.fct_exceptions")
    assert found == [("receivable_not_remeasured", "acct_1FR6", "in_FR6x1", "usd", minor("125"))]


def test_nothing_is_remeasured_by_default(workspace: Workspace) -> None:
    assert rows(workspace.published_db, "select * from marts.fct_ledger_postings where entry_kind = 'fx_remeasurement'") == []


@pytest.mark.parametrize(("policy", "name"), [("by_day", "A02"), ("months_even", "A03"), ("months_even_prorated", "A04")])
def test_the_policy_of_the_company_is_that_of_a_rule(
    policy: str, name: str, changes: dict[str, Cells], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Named by the setting for all that is sold, or by a rule for one product: the same months."""
    workspace = run_examples(tmp_path_factory.mktemp(policy), [EXAMPLES["A01"]], f'recognition_policy = "{policy}"\n')
    found = natural_changes(workspace)["acct_1A01"]
    assert_same(found, changes[f"acct_1{name}"])
    assert found != changes["acct_1A01"]
