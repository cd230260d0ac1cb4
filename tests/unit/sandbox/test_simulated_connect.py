"""A marketplace of six sellers over a year: both sides of every movement agree, and everything happens."""

from __future__ import annotations

from collections import defaultdict

import pytest

from orchestration.sandbox.connect.cast import cast
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import state_at
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan
from tests.unit.sandbox.simulated_market import Market, application_fee_of, small_market

PLAN = Plan(months=12, accounts=6)


@pytest.fixture(scope="module")
def market() -> Market:
    return small_market(7)


def test_a_year_of_six_sellers_has_2000_to_4000_transactions() -> None:
    counts = [len(small_market(seed).all("balance_transaction")) for seed in range(20)]
    assert 2_000 <= min(counts) <= max(counts) <= 4_000


def test_nothing_happens_at_or_after_the_end(market: Market) -> None:
    moments = [change.at for changes in market.books.history.values() for change in changes]
    assert max(moments) < PLAN.end
    assert PLAN.end - max(moments) < 3 * DAY, "the story stops long before its end"


def test_changes_of_an_object_are_in_the_order_of_time(market: Market) -> None:
    for changes in market.books.history.values():
        moments = [change.at for change in changes]
        assert moments == sorted(moments)


def test_a_seed_decides_everything() -> None:
    again, other = Market(PLAN), small_market(8)
    assert again.books.objects == small_market(7).books.objects
    assert again.books.standing == small_market(7).books.standing
    assert again.books.notes == small_market(7).books.notes
    assert len(other.all("charge")) != len(again.all("charge"))


def test_accounts_exist_before_anything_happens() -> None:
    books = Books(PLAN)
    cast(books)
    assert books.platform_account in {obj["id"] for _, obj in books.standing["account"]}
    assert len(books.standing["account"]) == 1 + PLAN.accounts
    assert not books.objects


@pytest.mark.parametrize("accounts", [0, 1, 2])
def test_a_marketplace_can_be_tiny(accounts: int) -> None:
    tiny = Market(Plan(months=1, accounts=accounts))
    assert len(tiny.all("account")) == 1 + accounts
    assert {tenant for tenant, _ in tiny.pairs("transfer")} <= {PLATFORM}


def test_accounts_differ_in_all_that_matters(market: Market) -> None:
    sellers = [obj for obj in market.all("account") if obj["id"] != market.books.platform_account]
    assert {obj["default_currency"] for obj in sellers} == {"usd", "eur", "jpy", "kwd"}
    assert len({obj["country"] for obj in sellers}) >= 5
    assert {obj["controller"]["fees"]["payer"] for obj in sellers} == {
        "account",
        "application",
        "application_custom",
        "application_express",
    }
    assert {obj["controller"]["losses"]["payments"] for obj in sellers} == {"stripe", "application"}
    assert {obj["settings"]["payouts"]["schedule"]["interval"] for obj in sellers} == {
        "daily",
        "weekly",
        "monthly",
        "manual",
    }
    assert all(obj["metadata"] for obj in sellers)


def test_a_seller_who_left_sells_no_more_but_keeps_being_paid_out(market: Market) -> None:
    (gone,) = [obj for obj in market.all("account") if not obj["charges_enabled"]]
    left_at = next(
        change.at
        for change in market.books.history[gone["id"]]
        if change.before is not None and "charges_enabled" in change.before
    )
    own = [obj["created"] for tenant, obj in market.pairs("payment_intent") if tenant == gone["id"]]
    assert own and max(own) < left_at
    assert gone["payouts_enabled"]


def test_sellers_are_known_by_names_that_drift(market: Market) -> None:
    notes = market.books.notes["seller"]
    assert {note["account"] for note in notes} | {market.books.platform_account} == {
        obj["id"] for obj in market.all("account")
    }
    assert any(name != note["official_name"] for note in notes for _, name in note["names"])
    assert any(len(note["names"]) > 1 for note in notes)
    for note in notes:
        days = [day for day, _ in note["names"]]
        assert days == sorted(set(days))
        assert market.of(note["account"])["business_profile"]["name"] == note["names"][-1][1]


def test_a_transfer_mirrors_the_payment_that_arrives_for_it(market: Market) -> None:
    arrived = 0
    for transfer in market.all("transfer"):
        assert market.tenant(transfer["id"]) == PLATFORM
        row = market.transaction(transfer)
        assert (row["amount"], row["currency"]) == (-transfer["amount"], transfer["currency"])
        if transfer["destination_payment"] is None:
            continue
        arrived += 1
        payment = market.of(transfer["destination_payment"])
        assert market.tenant(payment["id"]) == transfer["destination"]
        assert payment["source_transfer"] == transfer["id"]
        assert (payment["amount"], payment["currency"]) == (transfer["amount"], transfer["currency"])
        other_side = market.transaction(payment)
        assert other_side["currency"] == market.of(transfer["destination"])["default_currency"]
        assert other_side["available_on"] == row["available_on"]
        assert (other_side["exchange_rate"] is None) == (other_side["currency"] == row["currency"])
    incoming = [obj for obj in market.all("charge") if obj["source_transfer"]]
    assert arrived == len(incoming) > 300


def test_an_application_fee_mirrors_the_fee_detail_of_its_charge(market: Market) -> None:
    for fee in market.all("application_fee"):
        charge = market.of(fee["charge"])
        assert (market.tenant(fee["id"]), market.tenant(charge["id"])) == (PLATFORM, fee["account"])
        source_leg = market.transaction(charge)
        assert (fee["amount"], fee["currency"]) == (application_fee_of(source_leg), source_leg["currency"])
        assert charge["application_fee"] == fee["id"]
        earned = market.transaction(fee)
        if fee["originating_transaction"] is None:
            assert earned["currency"] == "usd"
        else:
            assert earned["currency"] == fee["currency"]
            assert market.of(fee["originating_transaction"])["application_fee"] == fee["id"]


def test_sellers_pay_in_fees_what_the_platform_earns_and_keeps(market: Market) -> None:
    """Per seller: fee details of all its transactions = fees less fee refunds, in the seller's currency."""
    paid: dict[str, int] = defaultdict(int)
    for tenant, row in market.pairs("balance_transaction"):
        paid[tenant] += application_fee_of(row)
    for fee in market.all("application_fee"):
        paid[fee["account"]] -= fee["amount"]
    for back in market.all("fee_refund"):
        paid[market.of(back["fee"])["account"]] += back["amount"]
    still_to_come = {  # charges of the last seconds have no fee object yet
        tenant
        for tenant, obj in market.pairs("charge")
        if obj["application_fee_amount"] and obj["application_fee"] is None and obj["paid"]
    }
    assert {tenant for tenant, rest in paid.items() if rest} <= still_to_come


def test_the_fee_of_a_direct_charge_appears_some_seconds_after_it(market: Market) -> None:
    direct = [fee for fee in market.all("application_fee") if fee["originating_transaction"] is None]
    assert len(direct) > 100
    for fee in direct:
        charge, changes = market.of(fee["charge"]), market.books.history[fee["charge"]]
        assert 0 < fee["created"] - charge["created"] < 60
        before, after = (state_at(charge, changes, fee["created"] - late) for late in (1, 0))
        assert before is not None and after is not None
        assert (before["application_fee"], after["application_fee"]) == (None, fee["id"])


def test_stripe_bills_its_fee_to_whom_the_account_says(market: Market) -> None:
    texts = {row["description"] for row in market.all("balance_transaction") if row["type"] == "stripe_fee"}
    billed = set()
    for tenant, charge in market.pairs("charge"):
        if tenant == PLATFORM or charge["source_transfer"] or not charge["paid"]:
            continue
        payer = market.of(tenant)["controller"]["fees"]["payer"]
        on_the_row = any(part["type"] == "stripe_fee" for part in market.transaction(charge)["fee_details"])
        on_the_platform = f"Stripe processing fees ({charge['id']})" in texts
        assert (on_the_row, on_the_platform) == (payer != "application", payer == "application")
        billed.add(on_the_row)
    assert billed == {True, False}


def test_reversals_add_up_on_both_sides(market: Market) -> None:
    reversed_of: dict[str, int] = defaultdict(int)
    for reversal in market.all("transfer_reversal"):
        transfer = market.of(reversal["transfer"])
        returned = market.of(reversal["destination_payment_refund"])
        reversed_of[transfer["id"]] += reversal["amount"]
        assert returned["source_transfer_reversal"] == reversal["id"]
        assert returned["charge"] == transfer["destination_payment"]
        assert (returned["amount"], returned["currency"]) == (reversal["amount"], reversal["currency"])
        assert market.tenant(returned["id"]) == transfer["destination"]
        if reversal["source_refund"]:
            assert market.of(reversal["source_refund"])["transfer_reversal"] == reversal["id"]
    for transfer in market.all("transfer"):
        total = reversed_of[transfer["id"]]
        assert transfer["amount_reversed"] == total <= transfer["amount"]
        assert transfer["reversed"] == (total == transfer["amount"])
        assert sum(part["amount"] for part in transfer["reversals"]["data"]) == total
        if transfer["destination_payment"]:
            assert market.of(transfer["destination_payment"])["amount_refunded"] == total


def test_no_more_of_a_fee_is_refunded_than_was_taken(market: Market) -> None:
    refunded: dict[str, int] = defaultdict(int)
    for back in market.all("fee_refund"):
        refunded[back["fee"]] += back["amount"]
        assert back["currency"] == market.of(back["fee"])["currency"]
    assert len(refunded) > 10
    for fee in market.all("application_fee"):
        assert fee["amount_refunded"] == refunded[fee["id"]] <= fee["amount"]
        assert fee["refunded"] == (fee["amount_refunded"] == fee["amount"])


def test_transfers_from_a_charge_never_exceed_it(market: Market) -> None:
    sent: dict[str, int] = defaultdict(int)
    for transfer in market.all("transfer"):
        if transfer["source_transaction"]:
            sent[transfer["source_transaction"]] += transfer["amount"]
            charge = market.of(transfer["source_transaction"])
            assert transfer["currency"] == market.transaction(charge)["currency"]
            assert transfer["transfer_group"] == charge["transfer_group"]
    assert len(sent) > 100
    for charge_id, total in sent.items():
        assert total <= market.transaction(market.of(charge_id))["amount"]


def test_every_object_that_is_named_exists_where_it_should(market: Market) -> None:
    same_tenant = {
        "charge": ("balance_transaction", "payment_intent", "customer"),
        "refund": ("balance_transaction", "charge"),
        "dispute": ("charge", "payment_intent"),
        "transfer": ("balance_transaction", "source_transaction"),
        "transfer_reversal": ("balance_transaction", "transfer", "source_refund"),
        "application_fee": ("balance_transaction", "originating_transaction"),
        "fee_refund": ("balance_transaction", "fee"),
        "balance_transaction": ("source",),
    }
    for name, keys in same_tenant.items():
        for tenant, obj in market.pairs(name):
            for key in keys:
                assert obj[key] is None or market.tenant(obj[key]) == tenant, (name, key, obj["id"])
    for charge in market.all("charge"):
        if charge["transfer_data"] and charge["paid"]:
            transfer = market.of(charge["transfer"])
            assert transfer["destination"] == charge["transfer_data"]["destination"]
            assert transfer["source_transaction"] == charge["id"]


def test_orders_know_their_charges_better_than_their_references_tell(market: Market) -> None:
    orders = market.books.notes["order"]
    assert {note["cause"] for note in orders} == {"none", "missing_reference", "wrong_reference"}
    assert {note["status"] for note in orders} == {"open", "paid", "refunded"}
    for note in orders:
        charges = [market.of(charge_id) for charge_id in note["charges"]]
        if note["status"] == "open":
            assert (charges, note["payment_reference"]) == ([], "")
            continue
        (charge,) = charges
        assert market.tenant(charge["id"]) == PLATFORM
        assert (charge["amount_captured"], charge["currency"]) == (note["amount_minor"], note["currency"])
        assert charge["refunded"] == (note["status"] == "refunded")
        reference = note["payment_reference"]
        points_home = reference in (charge["id"], charge["payment_intent"])
        assert (points_home, reference in market.by_id, reference == "") == {
            "none": (True, True, False),
            "missing_reference": (False, False, True),
            "wrong_reference": (False, False, False),
        }[note["cause"]]
