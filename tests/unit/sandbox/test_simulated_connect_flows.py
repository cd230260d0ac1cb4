"""The money of one marketplace sale, with numbers worked out by hand (most of them in Stripe's own guides)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from orchestration.sandbox.connect.account_forms import account_form, make_connected
from orchestration.sandbox.connect.aftermath import (
    cancel_transfer,
    dispute,
    fail_transfer,
    give_fee_back,
    pass_on_again,
    refund_buyer,
    take_back,
    win,
)
from orchestration.sandbox.connect.flows import (
    Deal,
    destination_charge,
    direct_charge,
    earn_fee,
    pass_on_shares,
    separate_charge,
)
from orchestration.sandbox.connect.transfers import reverse
from orchestration.sandbox.payments.charges import Sale
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan

Obj = dict[str, Any]
SELLER = ("acct_seller", "usd")


@pytest.fixture
def books() -> Books:
    return Books(Plan(months=2, accounts=0))


def an_account(books: Books, account_id: str = "acct_seller", currency: str = "usd") -> Obj:
    form = account_form(account_id, "US", currency, "Maple Goods", books.start, "daily")
    return make_connected(form, "application_express", "application")


def a_sale(books: Books, amount: int, tenant: str = PLATFORM, **more: Any) -> Sale:
    return Sale(tenant, None, amount, more.pop("currency", "usd"), books.start + DAY, "Order", **more)


def nets(books: Books) -> dict[tuple[str, str], int]:
    """What every balance holds, in minor units."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for tenant, row in books.objects["balance_transaction"]:
        sums[tenant, row["currency"]] += row["net"]
    return dict(sums)


def rows(books: Books, category: str) -> list[Obj]:
    return [row for _, row in books.objects["balance_transaction"] if row["reporting_category"] == category]


def objects(books: Books, name: str) -> list[Obj]:
    return [obj for _, obj in books.objects[name]]


def destination(books: Books, amount: int = 1_000, fee: int = 123, **more: Any) -> Deal:
    sale = a_sale(books, amount, destination="acct_seller", application_fee=fee, **more)
    return destination_charge(books, sale, an_account(books))


def direct(books: Books, fee: int = 123, **more: Any) -> Deal:
    deal = direct_charge(books, a_sale(books, 1_000, "acct_seller", application_fee=fee, **more))
    earn_fee(books, deal, books.start + DAY + 5)
    return deal


def test_a_destination_charge_leaves_the_platform_64_cents_and_the_seller_8_77(books: Books) -> None:
    destination(books)
    assert nets(books) == {(PLATFORM, "usd"): 64, SELLER: 877}
    on_platform = [
        row["amount"] for tenant, row in books.objects["balance_transaction"] if tenant == PLATFORM
    ]
    assert sorted(on_platform) == [-1_000, 123, 1_000]


def test_a_transferred_amount_leaves_the_rest_and_makes_no_fee_object(books: Books) -> None:
    destination(books, fee=0, transfer_amount=800)
    assert nets(books) == {(PLATFORM, "usd"): 1_000 - 59 - 800, SELLER: 800}
    assert objects(books, "application_fee") == []
    assert objects(books, "charge")[0]["transfer_data"] == {"amount": 800, "destination": "acct_seller"}


def test_partial_refunds_take_back_their_share_of_the_transfer(books: Books) -> None:
    """10.00 of which 8.00 was transferred: refunds of 4.00 and 6.00 reverse 3.20 and 4.80."""
    deal = destination(books, fee=0, transfer_amount=800)
    refund_buyer(books, deal, books.start + 5 * DAY, 40, reverse_transfer=True)
    refund_buyer(books, deal, books.start + 9 * DAY, reverse_transfer=True)
    assert [obj["amount"] for obj in objects(books, "transfer_reversal")] == [320, 480]
    assert nets(books) == {(PLATFORM, "usd"): -59, SELLER: 0}
    transfer = deal.passed[0].transfer
    assert (transfer["amount_reversed"], transfer["reversed"]) == (800, True)


def test_a_full_reversal_with_the_fee_costs_the_platform_stripes_fee_only(books: Books) -> None:
    deal = destination(books)
    refund_buyer(books, deal, books.start + 5 * DAY, fee_back=True, reverse_transfer=True)
    assert nets(books) == {(PLATFORM, "usd"): -59, SELLER: 0}


def test_a_refund_keeps_transfer_and_fee_unless_told_otherwise(books: Books) -> None:
    deal = destination(books)
    refund_buyer(books, deal, books.start + 5 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 64 - 1_000, SELLER: 877}
    assert objects(books, "transfer_reversal") == objects(books, "fee_refund") == []


def test_odd_cents_add_up_to_everything_over_several_refunds(books: Books) -> None:
    deal = destination(books, amount=999, fee=101)
    for days, percent in ((3, 33), (4, 33), (5, 100)):
        refund_buyer(books, deal, books.start + days * DAY, percent, fee_back=True, reverse_transfer=True)
    assert sum(obj["amount"] for obj in objects(books, "refund") if obj["charge"].startswith("ch_")) == 999
    assert sum(obj["amount"] for obj in objects(books, "transfer_reversal")) == 999
    assert sum(obj["amount"] for obj in objects(books, "fee_refund")) == 101
    assert deal.fee is not None and deal.fee["refunded"]


def test_separate_transfers_leave_the_platform_6_80_of_100(books: Books) -> None:
    deal = separate_charge(books, a_sale(books, 10_000, transfer_group="ORDER10"))
    other = an_account(books, "acct_other")
    pass_on_shares(books, deal, books.start + 2 * DAY, [(an_account(books), 7_000), (other, 2_000)])
    assert nets(books) == {(PLATFORM, "usd"): 680, SELLER: 7_000, ("acct_other", "usd"): 2_000}
    charge = deal.payment.charge
    assert {obj["source_transaction"] for obj in objects(books, "transfer")} == {charge["id"]}
    assert {obj["transfer_group"] for obj in objects(books, "transfer")} == {"ORDER10"}


def test_a_linked_transfer_waits_for_its_charge_and_another_does_not(books: Books) -> None:
    deal = separate_charge(books, a_sale(books, 10_000))
    soon = books.start + DAY + 60
    pass_on_shares(books, deal, soon, [(an_account(books), 7_000)])
    pass_on_shares(books, deal, soon, [(an_account(books), 1_000)], linked=False)
    assert deal.payment.transaction is not None
    ready = deal.payment.transaction["available_on"]
    assert [row["available_on"] for row in rows(books, "transfer")] == [ready, soon]
    assert [obj["source_transaction"] for obj in objects(books, "transfer")] == [
        deal.payment.charge["id"],
        None,
    ]


def test_a_direct_charge_bills_stripes_fee_to_the_seller(books: Books) -> None:
    direct(books)
    assert nets(books) == {(PLATFORM, "usd"): 123, SELLER: 1_000 - 59 - 123}


def test_a_platform_that_pays_stripe_has_the_fee_on_a_row_of_its_own(books: Books) -> None:
    direct(books, platform_pays_stripe=True)
    assert nets(books) == {(PLATFORM, "usd"): 123 - 59, SELLER: 1_000 - 123}
    assert [(row["amount"], row["fee"]) for row in rows(books, "fee")] == [(-59, 0)]


def test_a_refunded_direct_charge_can_bring_back_its_application_fee(books: Books) -> None:
    deal = direct(books)
    refund_buyer(books, deal, books.start + 5 * DAY, fee_back=True)
    assert nets(books) == {(PLATFORM, "usd"): 0, SELLER: -59}
    (row,) = rows(books, "refund")
    assert [(part["type"], part["amount"]) for part in row["fee_details"]] == [("application_fee", -123)]


def test_a_refunded_direct_charge_keeps_its_application_fee_by_default(books: Books) -> None:
    deal = direct(books)
    refund_buyer(books, deal, books.start + 5 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 123, SELLER: -59 - 123}


def test_a_fee_given_back_as_a_favour_moves_from_the_platform_to_the_seller(books: Books) -> None:
    deal = direct(books, fee=200)
    before = nets(books)
    give_fee_back(books, deal, books.start + 8 * DAY, 50)
    after = nets(books)
    assert after[PLATFORM, "usd"] - before[PLATFORM, "usd"] == -100
    assert after[SELLER] - before[SELLER] == 100
    assert deal.fee is not None
    assert (deal.fee["amount_refunded"], deal.fee["refunded"]) == (100, False)


def test_the_fee_of_a_direct_charge_in_euros_becomes_dollars_at_the_rate_of_the_day(books: Books) -> None:
    sale = a_sale(books, 1_000, "acct_seller", currency="eur", application_fee=500)
    deal = direct_charge(books, sale)
    earn_fee(books, deal, books.start + DAY + 5)
    (fee,) = objects(books, "application_fee")
    assert (fee["amount"], fee["currency"]) == (500, "eur")
    (row,) = rows(books, "platform_earning")
    assert row["currency"] == "usd"
    assert row["exchange_rate"] > 1
    assert abs(row["amount"] - 500 * row["exchange_rate"]) <= 0.500001


def test_a_transfer_to_another_currency_is_converted_on_the_other_side_only(books: Books) -> None:
    sale = a_sale(books, 1_000, destination="acct_seller", application_fee=100)
    destination_charge(books, sale, an_account(books, currency="jpy"))
    (transfer,) = objects(books, "transfer")
    assert (transfer["amount"], transfer["currency"]) == (1_000, "usd")
    settled = [row for tenant, row in books.objects["balance_transaction"] if tenant == "acct_seller"]
    assert [row["currency"] for row in settled] == ["jpy"]
    rate = settled[0]["exchange_rate"]  # yen per dollar, while the amounts are yen and cents
    assert abs(settled[0]["amount"] - 10 * rate) <= 0.51
    (fee,) = objects(books, "application_fee")
    assert (fee["amount"], fee["currency"]) == (settled[0]["fee"], "jpy")


def test_a_charge_on_behalf_of_a_seller_settles_in_the_sellers_currency(books: Books) -> None:
    """20.00 EUR at 1.5 % and 0.25: 0.55 for Stripe; 10 % stay with the platform; all of it in euros."""
    sale = a_sale(
        books,
        2_000,
        currency="eur",
        settles_in="eur",
        destination="acct_seller",
        on_behalf_of="acct_seller",
        application_fee=200,
    )
    destination_charge(books, sale, an_account(books, currency="eur"))
    assert nets(books) == {(PLATFORM, "eur"): 200 - 55, ("acct_seller", "eur"): 1_800}
    assert objects(books, "charge")[0]["on_behalf_of"] == "acct_seller"
    assert objects(books, "payment_intent")[0]["on_behalf_of"] == "acct_seller"


def test_a_dispute_hits_the_platform_until_the_transfer_is_taken_back(books: Books) -> None:
    deal = destination(books)
    dispute(books, deal, books.start + 20 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 64 - 1_000 - 1_500, SELLER: 877}
    take_back(books, deal, books.start + 21 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 64 - 1_500, SELLER: 877 - 1_000}
    win(books, deal, books.start + 40 * DAY)
    pass_on_again(books, deal, books.start + 41 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 64, SELLER: 877}


@pytest.mark.parametrize(
    ("give_up", "kind"), [(fail_transfer, "transfer_failure"), (cancel_transfer, "transfer_cancel")]
)
def test_a_transfer_that_never_arrives_costs_nobody_anything(books: Books, give_up: Any, kind: str) -> None:
    deal = separate_charge(books, a_sale(books, 10_000))
    pass_on_shares(books, deal, books.start + 2 * DAY, [(an_account(books), 7_000)], arrives=False)
    give_up(books, deal, books.start + 4 * DAY)
    assert nets(books) == {(PLATFORM, "usd"): 10_000 - 320}
    (row,) = rows(books, "transfer_reversal")
    assert (row["type"], row["source"]) == (kind, deal.passed[0].transfer["id"])
    assert deal.passed[0].transfer["destination_payment"] is None


def test_no_more_is_taken_back_than_was_passed_on(books: Books) -> None:
    deal = destination(books)
    take_back(books, deal, books.start + 5 * DAY, 60)
    with pytest.raises(ValueError, match="400 are left"):
        reverse(books, deal.passed[0], 401, books.start + 6 * DAY)
    assert deal.passed[0].transfer["amount_reversed"] == 600
