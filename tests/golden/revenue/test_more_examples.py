"""Cases beyond Stripe's pages, from Sigma files to the published postings, to the cent."""

from __future__ import annotations

import pytest

from orchestration.workspace import Workspace
from tests.golden.revenue.expected import Cells, assert_same, imbalance
from tests.golden.revenue.more_expected import EXPECTED as MORE_EXPECTED
from tests.golden.revenue.rule_expected import EXPECTED as RULE_EXPECTED
from tests.golden.revenue.standard_expected import EXPECTED as STANDARD_EXPECTED
from tests.golden.revenue.standard_expected import OTHERWISE, Otherwise
from tests.golden.revenue.stories import MORE, RULED, STANDARD
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow
EXPECTED = {**MORE_EXPECTED, **RULE_EXPECTED, **STANDARD_EXPECTED}


def test_every_story_has_its_expectation() -> None:
    told = (sorted(MORE_EXPECTED), sorted(RULE_EXPECTED), sorted(STANDARD_EXPECTED))
    assert told == (MORE, RULED, STANDARD)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_expected_balances(name: str) -> None:
    assert imbalance(EXPECTED[name]) == {}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_published_changes_are_those_of_the_case(name: str, changes: dict[str, Cells]) -> None:
    assert_same(changes.get(f"acct_1{name}", {}), EXPECTED[name])


@pytest.mark.parametrize("cell", OTHERWISE, ids=lambda cell: f"{cell.example}-{cell.account}-{cell.period}")
def test_a_deliberate_difference_is_one_and_is_ours(cell: Otherwise) -> None:
    ours = EXPECTED[cell.example]["usd", cell.account, cell.period]
    assert ours == minor(cell.ours) != minor(cell.theirs)


@pytest.mark.parametrize(("name", "party"), [("IB8", "agent"), ("IB9", "principal"), ("IC8", "principal")])
def test_who_sells_is_told(name: str, party: str, workspace: Workspace) -> None:
    told = "select distinct party from marts.fct_revenue_components where account_id = ?"
    assert rows(workspace.published_db, told, [f"acct_1{name}"]) == [(party,)]


def test_a_payment_passes_through_deferred_revenue(workspace: Workspace) -> None:
    """17 are deferred and recognized in one month: the change is zero, the two movements are shown."""
    moved = (
        "select sum(debit_minor)::bigint, sum(credit_minor)::bigint from marts.fct_ledger_postings "
        "where account_id = 'acct_1A37' and ledger_account = 'deferred_revenue'"
    )
    assert rows(workspace.published_db, moved) == [(1_700, 1_700)]
