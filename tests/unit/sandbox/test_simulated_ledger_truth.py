"""The true ledger: deals worked out by hand, and a whole company against its cash and its objects."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.connect.account_forms import account_form, make_connected
from orchestration.sandbox.connect.aftermath import fail_transfer, give_fee_back, refund_buyer
from orchestration.sandbox.connect.flows import (
    Deal,
    destination_charge,
    direct_charge,
    earn_fee,
    pass_on_shares,
    separate_charge,
)
from orchestration.sandbox.payments.charges import Sale, take_payment
from orchestration.sandbox.payments.disputes import close_dispute, open_dispute
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.truth import Truth
from orchestration.sandbox.treasury.forms import payout_form, topup_form
from orchestration.sandbox.treasury.payouts import arrive, cancel, fail, reverse, send
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan

Obj = dict[str, Any]
Rows = list[dict[str, str]]
PLAN = Plan(months=4, customers=25, accounts=7, seed=11)
JANUARY_26 = 1_769_385_600  # 2026, a Monday
FEBRUARY_5 = JANUARY_26 + 10 * DAY
MARCH_5 = JANUARY_26 + 38 * DAY
SELLER = "acct_seller"
IN_TRANSIT = ("payouts_in_transit", "topups_in_transit", "instant_payout_advances")


def rows(folder: Path, name: str) -> Rows:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass
class Told:
    """The ledger of what stands in some books, and how much of it is posted in an account."""

    trial_balance: Rows
    clearing: Rows

    def posted(self, tenant: str = PLATFORM, month: str | None = None) -> dict[str, tuple[int, int]]:
        """Debits and credits by account; mirrors have a star."""
        return {
            row["ledger_account"] + ("*" if row["is_mirror"] == "true" else ""): (
                int(row["debit_minor"]),
                int(row["credit_minor"]),
            )
            for row in self.trial_balance
            if row["account_id"] == tenant and month in (None, row["month"])
        }

    def open(self) -> list[tuple[str, ...]]:
        return [tuple(row.values()) for row in self.clearing]


def told(folder: Path, books: Books) -> Told:
    """The truth of what stands in the books, as one segment."""
    truth = Truth(PLAN, folder)
    truth.take(Segment(books.objects, books.history, books.notes, is_last=True))
    truth.close(Simulation(PLAN))
    return Told(rows(folder, "trial_balance"), rows(folder, "clearing"))


def an_account(books: Books) -> Obj:
    form = account_form(SELLER, "US", "usd", "Maple Goods", books.start, "daily")
    return make_connected(form, "application_express", "application")


def direct(books: Books, currency: str = "usd") -> Deal:
    sale = Sale(SELLER, None, 1_000, currency, FEBRUARY_5, "Order", application_fee=123)
    return direct_charge(books, sale)


def destination(books: Books) -> Deal:
    sale = Sale(PLATFORM, None, 1_000, "usd", FEBRUARY_5, "Order", destination=SELLER, application_fee=123)
    return destination_charge(books, sale, an_account(books))


def a_payout(books: Books, at: int, amount: int = 4_000, **more: Any) -> Obj:
    return send(books, PLATFORM, amount, "usd", at, "ba_1", **more)


def netted(found: Rows, *keys: str) -> dict[tuple[str, ...], int]:
    """Debits less credits by some of the columns."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for row in found:
        sums[tuple(row[key] for key in keys)] += int(row["debit_minor"]) - int(row["credit_minor"])
    return sums


@pytest.fixture
def books() -> Books:
    return Books(PLAN)


def test_a_destination_charge_leaves_64_cents_and_8_77_on_both_sides(books: Books, tmp_path: Path) -> None:
    """Charge 10.00, Stripe's fee 0.59, all of it transferred, application fee 1.23."""
    destination(books)
    ledger = told(tmp_path, books)
    assert ledger.posted() == {
        "charge_clearing": (0, 1_000),
        "stripe_fees": (59, 0),
        "stripe_balance": (941, 0),
        "transfer_clearing*": (1_000, 0),
        "application_fee_clearing*": (0, 123),
        "stripe_balance*": (123, 1_000),
    }
    assert ledger.posted(SELLER) == {
        "transfer_clearing*": (0, 1_000),
        "application_fee_clearing*": (123, 0),
        "stripe_balance*": (877, 0),
    }
    assert ledger.open() == []


def test_a_reversed_destination_charge_with_its_fee_undoes_both_mirrors(books: Books, tmp_path: Path) -> None:
    refund_buyer(books, destination(books), MARCH_5, fee_back=True, reverse_transfer=True)
    ledger = told(tmp_path, books)
    assert ledger.posted(month="2026-03-01") == {
        "refund_clearing": (1_000, 0),
        "stripe_balance": (0, 1_000),
        "transfer_clearing*": (0, 1_000),
        "application_fee_clearing*": (123, 0),
        "stripe_balance*": (1_000, 123),
    }
    assert ledger.posted(SELLER, "2026-03-01") == {
        "transfer_clearing*": (1_000, 0),
        "application_fee_clearing*": (0, 123),
        "stripe_balance*": (0, 877),
    }
    assert ledger.open() == []


def test_a_direct_charge_is_the_sellers_own_but_for_the_application_fee(books: Books, tmp_path: Path) -> None:
    """The fee object comes some seconds later; half of the fee is given back as a favour in March."""
    deal = direct(books)
    earn_fee(books, deal, FEBRUARY_5 + 5)
    give_fee_back(books, deal, MARCH_5, 50)
    ledger = told(tmp_path, books)
    assert ledger.posted(SELLER, "2026-02-01") == {
        "charge_clearing": (0, 1_000),
        "stripe_fees": (59, 0),
        "stripe_balance": (941, 0),
        "application_fee_clearing*": (123, 0),
        "stripe_balance*": (0, 123),
    }
    assert ledger.posted(SELLER, "2026-03-01") == {
        "application_fee_clearing*": (0, 61),
        "stripe_balance*": (61, 0),
    }
    assert ledger.posted(month="2026-03-01") == {
        "application_fee_clearing*": (61, 0),
        "stripe_balance*": (0, 61),
    }
    assert ledger.open() == []


def test_a_fee_in_two_currencies_is_compared_in_the_sellers(books: Books, tmp_path: Path) -> None:
    earn_fee(books, direct(books, currency="eur"), FEBRUARY_5 + 5)
    ledger = told(tmp_path, books)
    fees = [row for row in ledger.trial_balance if row["ledger_account"] == "application_fee_clearing"]
    assert [(row["account_id"], row["currency"]) for row in fees] == [(SELLER, "eur"), (PLATFORM, "usd")]
    assert int(fees[1]["credit_minor"]) > int(fees[0]["debit_minor"]) == 123  # a euro is more than a dollar
    assert ledger.open() == []


def test_a_fee_whose_object_is_still_to_come_is_open_at_the_seller(books: Books, tmp_path: Path) -> None:
    deal = direct(books)
    assert told(tmp_path, books).open() == [
        (SELLER, "usd", "application_fee_clearing", deal.payment.charge["id"], "123")
    ]


def test_a_transfer_that_never_arrives_is_open_until_it_comes_back(books: Books, tmp_path: Path) -> None:
    deal = separate_charge(books, Sale(PLATFORM, None, 10_000, "usd", FEBRUARY_5, "Order"))
    pass_on_shares(books, deal, FEBRUARY_5 + 60, [(an_account(books), 7_000)], arrives=False)
    transfer = deal.passed[0].transfer
    assert told(tmp_path / "sent", books).open() == [
        (PLATFORM, "usd", "transfer_clearing", transfer["id"], "7000")
    ]
    fail_transfer(books, deal, MARCH_5)
    ledger = told(tmp_path / "returned", books)
    assert ledger.open() == []
    assert ledger.posted(month="2026-03-01") == {
        "transfer_clearing*": (0, 7_000),
        "stripe_balance*": (7_000, 0),
    }


def test_a_refund_a_capture_in_part_and_a_dispute_that_is_won(books: Books, tmp_path: Path) -> None:
    """Sale of 100.00 (fee 3.20): 20.00 never captured, 30.00 refunded, the rest disputed (fee 15.00) and won."""
    payment = take_payment(books, Sale(PLATFORM, None, 10_000, "usd", FEBRUARY_5, "Lantern"))
    refund(books, payment, 2_000, FEBRUARY_5, "partial_capture")
    refund(books, payment, 3_000, FEBRUARY_5)
    dispute = open_dispute(books, payment, FEBRUARY_5)
    close_dispute(books, payment, dispute, MARCH_5, won=True)
    ledger = told(tmp_path, books)
    assert ledger.posted(month="2026-02-01") == {
        "charge_clearing": (2_000, 10_000),
        "refund_clearing": (3_000, 0),
        "dispute_clearing": (5_000, 0),
        "dispute_fees": (1_500, 0),
        "stripe_fees": (320, 0),
        "stripe_balance": (9_680, 2_000 + 3_000 + 6_500),
    }
    assert ledger.posted(month="2026-03-01") == {
        "dispute_clearing": (0, 5_000),
        "dispute_fees": (0, 1_500),
        "stripe_balance": (6_500, 0),
    }


def test_a_payout_arrives_on_its_date_and_is_back_when_it_failed(books: Books, tmp_path: Path) -> None:
    """Sent on Friday, January 30, there on Monday; sent back in March."""
    sent = a_payout(books, JANUARY_26 + 4 * DAY)
    assert datetime.fromtimestamp(sent["arrival_date"], UTC).date().isoformat() == "2026-02-02"
    arrive(books, sent, 0.0)
    fail(books, PLATFORM, sent, MARCH_5, "account_closed")
    ledger = told(tmp_path, books)
    assert ledger.posted(month="2026-01-01") == {
        "payouts_in_transit": (4_000, 0),
        "stripe_balance": (0, 4_000),
    }
    assert ledger.posted(month="2026-02-01") == {
        "payouts_in_transit": (0, 4_000),
        "bank_unverified": (4_000, 0),
    }
    assert ledger.posted(month="2026-03-01") == {
        "payouts_in_transit": (4_000, 4_000),
        "bank_unverified": (0, 4_000),
        "stripe_balance": (4_000, 0),
    }
    assert ledger.open() == []


def test_a_payout_that_was_never_paid_does_not_touch_the_bank(books: Books, tmp_path: Path) -> None:
    refused, canceled = a_payout(books, FEBRUARY_5), a_payout(books, FEBRUARY_5, kind="manual")
    fail(books, PLATFORM, refused, refused["arrival_date"] + 43_200, "invalid_account_number")
    cancel(books, PLATFORM, canceled, FEBRUARY_5 + 600)
    late = a_payout(books, books.end - DAY, 7_000)
    arrive(books, late, 0.0)  # after the end of the story
    ledger = told(tmp_path, books)
    assert "bank_unverified" not in ledger.posted()
    assert ledger.posted(month="2026-02-01") == {
        "payouts_in_transit": (8_000, 8_000),
        "stripe_balance": (8_000, 8_000),
    }
    assert ledger.open() == [(PLATFORM, "usd", "payouts_in_transit", late["id"], "7000")]


def test_a_paid_payout_that_is_debited_again_leaves_the_bank(books: Books, tmp_path: Path) -> None:
    sent = a_payout(books, FEBRUARY_5)
    arrive(books, sent, 0.0)
    reverse(books, PLATFORM, sent, MARCH_5)
    assert told(tmp_path, books).posted(month="2026-03-01") == {
        "payouts_in_transit": (4_000, 4_000),
        "bank_unverified": (0, 4_000),
        "stripe_balance": (4_000, 0),
    }


def test_an_instant_payout_is_not_there_before_it_was_made(books: Books, tmp_path: Path) -> None:
    """Stripe dates one on the last day of January that was made on the first of February."""
    first = JANUARY_26 + 6 * DAY
    books.add(
        PLATFORM,
        {**payout_form("po_1", 500, "usd", first + 60, first - DAY), "method": "instant", "status": "paid"},
    )
    assert told(tmp_path, books).posted() == {"bank_unverified": (500, 0), "payouts_in_transit": (0, 500)}
    assert [row["month"] for row in rows(tmp_path, "trial_balance")] == ["2026-02-01"] * 2


def test_a_top_up_leaves_the_bank_as_it_reaches_the_balance(books: Books, tmp_path: Path) -> None:
    topup = books.add(PLATFORM, topup_form("tu_1", 900, "usd", JANUARY_26, FEBRUARY_5))
    for at, kind, status, amount in (
        (FEBRUARY_5, "topup", "succeeded", 900),
        (MARCH_5, "topup_reversal", "reversed", -900),
    ):
        row = books.post(PLATFORM, kind, kind, amount, "usd", at, source="tu_1")
        books.change(topup, at, f"topup.{status}", balance_transaction=row["id"], status=status)
    ledger = told(tmp_path, books)
    for month, there, back in (("2026-02-01", 900, 0), ("2026-03-01", 0, 900)):
        assert ledger.posted(month=month) == {
            "topups_in_transit": (900, 900),
            "bank_unverified": (back, there),
            "stripe_balance": (there, back),
        }
    assert ledger.open() == []


@dataclass
class Lived:
    """A whole company: its truth, its rows by category, and what banks have of its payouts and top-ups."""

    folder: Path
    trial_balance: Rows
    categories: Counter[tuple[str, str, str]]
    at_bank: Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    simulation = Simulation(PLAN)
    truth = Truth(PLAN, tmp_path_factory.mktemp("inbox"))
    categories: Counter[tuple[str, str, str]] = Counter()
    at_bank: Counter[tuple[str, str]] = Counter()
    for segment in simulation:
        truth.take(segment)
        for tenant, row in segment.objects["balance_transaction"]:
            categories[tenant, row["currency"], row["reporting_category"]] += row["amount"]
        for tenant, payout in segment.objects.get("payout", ()):
            at_bank[tenant, payout["currency"]] += payout["amount"] if payout["status"] == "paid" else 0
        for tenant, topup in segment.objects.get("topup", ()):
            at_bank[tenant, topup["currency"]] -= topup["amount"] if topup["status"] == "succeeded" else 0
    truth.close(simulation)
    folder = truth._folder.parent
    return Lived(folder, rows(folder, "trial_balance"), categories, at_bank)


def test_every_month_of_every_tenant_balances_with_and_without_its_mirrors(lived: Lived) -> None:
    found = netted(lived.trial_balance, "account_id", "currency", "month", "is_mirror")
    assert {key[3] for key in found} == {"true", "false"}
    assert [key for key, difference in found.items() if difference] == []


def test_the_stripe_balance_moves_as_the_cash_of_the_month(lived: Lived) -> None:
    balance = [row for row in lived.trial_balance if row["ledger_account"] == "stripe_balance"]
    moved = netted(balance, "account_id", "currency", "month")
    cash = {
        (row["account_id"], row["currency"], row["month"]): int(row["net_minor"]) - int(row["payouts_minor"])
        for row in rows(lived.folder, "monthly_cash")
    }
    assert {key: amount for key, amount in moved.items() if amount} == {
        key: amount for key, amount in cash.items() if amount
    }


def test_what_is_open_is_what_the_trial_balance_ends_with(lived: Lived) -> None:
    keys = ("account_id", "currency", "ledger_account")
    closing = {
        key: balance
        for key, balance in netted(lived.trial_balance, *keys).items()
        if balance and key[2] in IN_TRANSIT
    }
    items: Counter[tuple[str, ...]] = Counter()
    for row in rows(lived.folder, "clearing"):
        if row["ledger_account"] in IN_TRANSIT:
            items[tuple(row[key] for key in keys)] += int(row["balance_minor"])
    assert closing == items
    assert closing


def test_the_bank_has_what_stayed_there(lived: Lived) -> None:
    bank = [row for row in lived.trial_balance if row["ledger_account"] == "bank_unverified"]
    assert netted(bank, "account_id", "currency") == {
        key: sum_ for key, sum_ in lived.at_bank.items() if sum_
    }


@pytest.mark.parametrize(
    ("account", "categories"),
    [
        ("charge_clearing", ("charge", "charge_failure", "partial_capture_reversal")),
        ("refund_clearing", ("refund", "refund_failure")),
        ("dispute_clearing", ("dispute", "dispute_reversal")),
        ("transfer_clearing", ("transfer", "transfer_reversal")),
        ("application_fee_clearing", ("platform_earning", "platform_earning_refund")),
        ("minimum_balance_holds", ("payout_minimum_balance_hold", "payout_minimum_balance_release")),
        ("connect_reserves", ("connect_reserved_funds",)),
        ("risk_reserves", ("risk_reserved_funds",)),
        ("climate_contributions", ("contribution",)),
        ("suspense", ("unknown",)),
    ],
)  # fmt: skip
def test_the_platforms_accounts_hold_what_stripe_reports(
    lived: Lived, account: str, categories: tuple[str, ...]
) -> None:
    """The ledger goes by the objects; Stripe's reporting categories tell the same in another way."""
    posted = netted(lived.trial_balance, "account_id", "currency", "ledger_account")
    for currency in ("usd", "eur", "gbp", "jpy", "kwd"):
        reported = sum(lived.categories[PLATFORM, currency, category] for category in categories)
        assert posted.get((PLATFORM, currency, account), 0) == -reported
