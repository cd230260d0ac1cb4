"""Worked numbers of Connect (docs.stripe.com/connect), from Sigma files to the published ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sandbox.connect.aftermath import refund_buyer
from orchestration.sandbox.connect.flows import (
    destination_charge,
    direct_charge,
    earn_fee,
    pass_on_shares,
    separate_charge,
)
from orchestration.sandbox.payments.charges import Sale
from orchestration.sandbox.payments.disputes import open_dispute
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import DAY
from tests.pipeline.deals import FEBRUARY_5, OTHER_SELLER, SELLER, account, balances, publish
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow


def _sale(tenant: str = PLATFORM, amount: int = 1_000, **more: object) -> Sale:
    return Sale(tenant, None, amount, "usd", FEBRUARY_5, "Order", **more)  # type: ignore[arg-type]


def _destination(books: Books) -> None:
    destination_charge(books, _sale(destination=SELLER, application_fee=123), account(books))


def test_a_destination_charge_leaves_0_64_to_the_platform_and_8_77_to_the_account(tmp_path: Path) -> None:
    workspace, outcome = publish(tmp_path, _destination)
    assert outcome.exit_code == 0, outcome.message
    found = balances(workspace)
    assert found[PLATFORM, "stripe_balance"] == 64
    assert found[SELLER, "stripe_balance"] == 877
    assert found[PLATFORM, "stripe_fees"] == 59
    assert (found[PLATFORM, "transfer_clearing"], found[SELLER, "transfer_clearing"]) == (1_000, -1_000)
    assert (found[PLATFORM, "application_fee_clearing"], found[SELLER, "application_fee_clearing"]) == (
        -123,
        123,
    )
    proofs = rows(workspace.published_db, "select residual_minor, residual_code from marts.fct_mirror_proof")
    assert proofs == [(0, "none"), (0, "none")]
    assert outcome.manifest["tables"]["marts.fct_exceptions"]["rows"] == 0


def test_sums_over_tenants_leave_mirrors_out(tmp_path: Path) -> None:
    """What was sold counts once, although the money stands in two books."""
    workspace, _ = publish(tmp_path, _destination)
    together = dict(
        rows(
            workspace.published_db,
            "select ledger_account, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
            "where not is_mirror and subledger = 'money' group by all having sum(debit_minor - credit_minor) <> 0",
        )
    )
    assert together == {"stripe_balance": 941, "charge_clearing": -1_000, "stripe_fees": 59}


def test_separate_transfers_of_70_and_20_leave_6_80_of_100(tmp_path: Path) -> None:
    def tell(books: Books) -> None:
        deal = separate_charge(books, _sale(amount=10_000))
        sellers = [account(books), account(books, OTHER_SELLER)]
        pass_on_shares(books, deal, FEBRUARY_5 + DAY, list(zip(sellers, (7_000, 2_000), strict=True)))

    workspace, outcome = publish(tmp_path, tell)
    assert outcome.exit_code == 0, outcome.message
    found = balances(workspace)
    assert found[PLATFORM, "stripe_fees"] == 320
    assert found[PLATFORM, "stripe_balance"] == 680
    assert (found[SELLER, "stripe_balance"], found[OTHER_SELLER, "stripe_balance"]) == (7_000, 2_000)


def test_a_direct_charge_stays_with_the_account_and_its_fee_with_the_platform(tmp_path: Path) -> None:
    def tell(books: Books) -> None:
        account(books)
        deal = direct_charge(books, _sale(SELLER, application_fee=123))
        earn_fee(books, deal, FEBRUARY_5 + 5)

    workspace, outcome = publish(tmp_path, tell)
    assert outcome.exit_code == 0, outcome.message
    found = balances(workspace)
    assert found[PLATFORM, "stripe_balance"] == 123
    assert found[SELLER, "stripe_balance"] == 1_000 - 59 - 123
    assert (PLATFORM, "charge_clearing") not in found


@pytest.mark.parametrize(
    ("takes_back", "platform", "seller"),
    [
        pytest.param(True, -59, 0, id="with reversal"),
        pytest.param(False, 64 - 1_000, 877, id="without reversal"),
    ],
)
def test_a_refund_of_a_destination_charge_takes_the_transfer_back_or_costs_the_platform(
    tmp_path: Path, takes_back: bool, platform: int, seller: int
) -> None:
    def tell(books: Books) -> None:
        deal = destination_charge(books, _sale(destination=SELLER, application_fee=123), account(books))
        refund_buyer(books, deal, FEBRUARY_5 + 3 * DAY, reverse_transfer=takes_back, fee_back=takes_back)

    workspace, outcome = publish(tmp_path, tell)
    assert outcome.exit_code == 0, outcome.message
    found = balances(workspace)
    assert found[PLATFORM, "stripe_balance"] == platform
    assert found.get((SELLER, "stripe_balance"), 0) == seller
    assert found[PLATFORM, "refund_clearing"] == 1_000


def test_a_dispute_of_a_destination_charge_debits_the_platform(tmp_path: Path) -> None:
    def tell(books: Books) -> None:
        deal = destination_charge(books, _sale(destination=SELLER, application_fee=123), account(books))
        open_dispute(books, deal.payment, FEBRUARY_5 + 3 * DAY)

    workspace, outcome = publish(tmp_path, tell)
    assert outcome.exit_code == 0, outcome.message
    found = balances(workspace)
    assert found[PLATFORM, "stripe_balance"] == 64 - 1_000 - 1_500
    assert found[PLATFORM, "dispute_clearing"] == 1_000
    assert found[PLATFORM, "dispute_fees"] == 1_500
    assert found[SELLER, "stripe_balance"] == 877
