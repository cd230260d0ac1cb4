"""Worked numbers of Connect (docs.stripe.com/connect), from Sigma files to the published ledger."""

from __future__ import annotations

import pytest

from orchestration.sandbox.connect.aftermath import refund_buyer
from orchestration.sandbox.connect.flows import (
    Deal,
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
from orchestration.workspace import Workspace
from tests.pipeline.deals import FEBRUARY_5, account, balances, publish
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

# A company of six deals: each has sellers of its own and a week of its own, so that its numbers stand apart.
WEEK = 7 * DAY
DEALS = ("destination", "shares", "direct", "refund with reversal", "refund without reversal", "dispute")


def _start(deal: str) -> int:
    return FEBRUARY_5 + DEALS.index(deal) * WEEK


def _seller(deal: str, number: int = 1) -> str:
    return f"acct_1deal{DEALS.index(deal)}seller{number}"


def _sale(deal: str, tenant: str = PLATFORM, amount: int = 1_000, **more: object) -> Sale:
    return Sale(tenant, None, amount, "usd", _start(deal), "Order", **more)  # type: ignore[arg-type]


def _destination(books: Books, deal: str) -> Deal:
    seller = account(books, _seller(deal))
    return destination_charge(books, _sale(deal, destination=_seller(deal), application_fee=123), seller)


def _tell(books: Books) -> None:
    _destination(books, "destination")
    shares = separate_charge(books, _sale("shares", amount=10_000))
    sellers = [account(books, _seller("shares", number)) for number in (1, 2)]
    pass_on_shares(books, shares, _start("shares") + DAY, list(zip(sellers, (7_000, 2_000), strict=True)))
    account(books, _seller("direct"))
    direct = direct_charge(books, _sale("direct", _seller("direct"), application_fee=123))
    earn_fee(books, direct, _start("direct") + 5)
    for deal, back in (("refund with reversal", True), ("refund without reversal", False)):
        refunded = _destination(books, deal)
        refund_buyer(books, refunded, _start(deal) + 3 * DAY, reverse_transfer=back, fee_back=back)
    disputed = _destination(books, "dispute")
    open_dispute(books, disputed.payment, _start("dispute") + 3 * DAY)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace, outcome = publish(tmp_path_factory.mktemp("deals"), _tell)
    assert outcome.exit_code == 0, outcome.message
    return workspace


def _week(deal: str) -> str:
    """SQL that is true for the postings of a deal."""
    start = _start(deal)
    return f"effective_at >= to_timestamp({start}) and effective_at < to_timestamp({start + WEEK})"


def _balances(workspace: Workspace, deal: str) -> dict[tuple[str, str], int]:
    return balances(workspace, _week(deal))


def test_no_deal_raises_an_exception(workspace: Workspace) -> None:
    assert rows(workspace.published_db, "select kind, object_id from marts.fct_exceptions") == []


def test_every_mirror_closes(workspace: Workspace) -> None:
    proofs = rows(
        workspace.published_db,
        "select residual_minor, residual_code, count(*) from marts.fct_mirror_proof group by all",
    )
    # of four destination charges the transfer and the fee, two shares, and the fee of the direct charge
    assert proofs == [(0, "none", 4 * 2 + 2 + 1)]


def test_a_destination_charge_leaves_0_64_to_the_platform_and_8_77_to_the_account(
    workspace: Workspace,
) -> None:
    found = _balances(workspace, "destination")
    seller = _seller("destination")
    assert found[PLATFORM, "stripe_balance"] == 64
    assert found[seller, "stripe_balance"] == 877
    assert found[PLATFORM, "stripe_fees"] == 59
    assert (found[PLATFORM, "transfer_clearing"], found[seller, "transfer_clearing"]) == (1_000, -1_000)
    assert (found[PLATFORM, "application_fee_clearing"], found[seller, "application_fee_clearing"]) == (
        -123,
        123,
    )


def test_sums_over_tenants_leave_mirrors_out(workspace: Workspace) -> None:
    """What was sold counts once, although the money stands in two books."""
    together = dict(
        rows(
            workspace.published_db,
            "select ledger_account, sum(debit_minor - credit_minor)::bigint from marts.fct_ledger_postings "
            f"where not is_mirror and subledger = 'money' and {_week('destination')} "
            "group by all having sum(debit_minor - credit_minor) <> 0",
        )
    )
    assert together == {"stripe_balance": 941, "charge_clearing": -1_000, "stripe_fees": 59}


def test_separate_transfers_of_70_and_20_leave_6_80_of_100(workspace: Workspace) -> None:
    found = _balances(workspace, "shares")
    assert found[PLATFORM, "stripe_fees"] == 320
    assert found[PLATFORM, "stripe_balance"] == 680
    sellers = [found[_seller("shares", number), "stripe_balance"] for number in (1, 2)]
    assert sellers == [7_000, 2_000]


def test_a_direct_charge_stays_with_the_account_and_its_fee_with_the_platform(workspace: Workspace) -> None:
    found = _balances(workspace, "direct")
    assert found[PLATFORM, "stripe_balance"] == 123
    assert found[_seller("direct"), "stripe_balance"] == 1_000 - 59 - 123
    assert (PLATFORM, "charge_clearing") not in found


@pytest.mark.parametrize(
    ("deal", "platform", "seller"),
    [("refund with reversal", -59, 0), ("refund without reversal", 64 - 1_000, 877)],
)
def test_a_refund_of_a_destination_charge_takes_the_transfer_back_or_costs_the_platform(
    workspace: Workspace, deal: str, platform: int, seller: int
) -> None:
    found = _balances(workspace, deal)
    assert found[PLATFORM, "stripe_balance"] == platform
    assert found.get((_seller(deal), "stripe_balance"), 0) == seller
    assert found[PLATFORM, "refund_clearing"] == 1_000


def test_a_dispute_of_a_destination_charge_debits_the_platform(workspace: Workspace) -> None:
    found = _balances(workspace, "dispute")
    assert found[PLATFORM, "stripe_balance"] == 64 - 1_000 - 1_500
    assert found[PLATFORM, "dispute_clearing"] == 1_000
    assert found[PLATFORM, "dispute_fees"] == 1_500
    assert found[_seller("dispute"), "stripe_balance"] == 877
