"""Stripe's worked examples of revenue recognition, from Sigma files to the published postings, to the cent.

Every example has books of its own: a connected account, or a currency of the platform. All accounts and all months
are compared; what the pages leave out or print otherwise is listed, with the reason, in `expected`.
"""

from __future__ import annotations

import pytest

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.workspace import Workspace
from tests.golden.revenue.expected import (
    DELIBERATE,
    LEFT_OUT,
    REFERENCE,
    Cells,
    assert_same,
    expected,
    imbalance,
    printed,
    reference,
)
from tests.golden.revenue.published import natural_changes, run_examples
from tests.golden.revenue.registry import EXAMPLES
from tests.golden.revenue.stories import STRIPE, WITHOUT_CATCH_UP
from tests.golden.revenue.tables import minor
from tests.pipeline.harness import rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REFERENCE.is_file(), reason="../shared/reference is not here: the examples are not part of the project"),
]


@pytest.fixture(scope="module")
def changes_without_catch_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cells]:
    told = [EXAMPLES[name] for name in WITHOUT_CATCH_UP]
    return natural_changes(run_examples(tmp_path_factory.mktemp("no_catch_up"), told, "catch_up = false\n"))


def of_example(name: str, changes: dict[str, Cells]) -> Cells:
    """The cells of an example's books; on the platform those are the ones in its currency."""
    found, story = changes.get(EXAMPLES[name].tenant, {}), EXAMPLES[name]
    return {cell: value for cell, value in found.items() if story.account != PLATFORM or cell[0] == story.currency}


def test_every_example_is_told_or_left_out_with_a_reason() -> None:
    assert sorted([*STRIPE, *LEFT_OUT]) == sorted(reference())


@pytest.mark.parametrize("name", STRIPE)
def test_what_is_expected_balances(name: str) -> None:
    assert imbalance(expected(name)) == {}


@pytest.mark.parametrize("difference", DELIBERATE, ids=lambda found: f"{found.example}-{found.account}")
def test_a_deliberate_difference_is_one(difference) -> None:
    stated = {cell[1:]: value for cell, value in printed(difference.example).items()}
    assert stated.get((difference.account, difference.period), 0) != minor(difference.ours)


@pytest.mark.parametrize("name", [name for name in STRIPE if name not in WITHOUT_CATCH_UP])
def test_the_published_changes_are_those_of_the_example(name: str, changes: dict[str, Cells]) -> None:
    assert_same(of_example(name, changes), expected(name))


@pytest.mark.parametrize("name", WITHOUT_CATCH_UP)
def test_the_published_changes_without_catch_up(name: str, changes_without_catch_up: dict[str, Cells]) -> None:
    assert_same(of_example(name, changes_without_catch_up), expected(name))


def test_nothing_about_the_examples_is_an_exception(workspace: Workspace) -> None:
    assert rows(workspace.published_db, "select kind, account_id, object_id, reason from marts.fct_exceptions") == []


def test_every_payment_refund_and_dispute_is_classified(workspace: Workspace) -> None:
    """What the money subledger left to be classified, billing took up, to the last cent."""
    left = (
        "select account_id, ledger_account, clearing_id, balance_minor from marts.fct_clearing_items "
        "where ledger_account in ('charge_clearing', 'refund_clearing', 'dispute_clearing')"
    )
    assert rows(workspace.published_db, left) == []
