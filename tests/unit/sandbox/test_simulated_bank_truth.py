"""The true books of a company with bank statements: what the lines say, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.bank import BankStatements
from orchestration.sandbox.surroundings.truth import Truth
from orchestration.sandbox.treasury.forms import topup_form
from orchestration.sandbox.treasury.payouts import arrive, fail, send
from orchestration.sandbox.world.books import PLATFORM, Books
from tests.unit.sandbox.test_simulated_ledger_truth import (
    FEBRUARY_5,
    JANUARY_26,
    MARCH_5,
    PLAN,
    SELLER,
    Told,
    a_payout,
    netted,
    rows,
)

Obj = dict[str, Any]
Tell = Callable[[list[Obj]], Told]


@pytest.fixture
def books() -> Books:
    return Books(PLAN)


@pytest.fixture
def told(books: Books, tmp_path: Path) -> Tell:
    """The truth of the books beside these lines."""

    def tell(lines: list[Obj]) -> Told:
        truth = Truth(PLAN, tmp_path, bank=SimpleNamespace(bank_matches=lambda: lines))
        truth.take(Segment(books.objects, books.history, books.notes, is_last=True))
        truth.close(Simulation(PLAN))
        return Told(rows(tmp_path, "trial_balance"), rows(tmp_path, "clearing"))

    return tell


def line(day: str, amount: int, *payouts: Obj, topup: str = "", kept: int = 0) -> Obj:
    return {
        "statement_file": "bank/a.sta", "entry_number": 1, "booked_date": day, "amount_minor": amount, "currency": "usd",
        "payout_ids": " ".join(payout["id"] for payout in payouts), "topup_id": topup,
        "residual_code": "bank_fee" if kept else "", "residual_minor": kept,
    }  # fmt: skip


def test_a_payout_is_at_the_bank_when_the_bank_says_so_and_as_much_as_it_says(books: Books, told: Tell) -> None:
    """Stripe calls it there on February 9; the bank books it in March, less 15.00 for the wire."""
    sent = a_payout(books, FEBRUARY_5)
    arrive(books, sent, 0.0)
    ledger = told([line("2026-03-02", 2_500, sent, kept=1_500), line("2026-02-09", -70)])
    assert ledger.posted(month="2026-02-01") == {"payouts_in_transit": (4_000, 0), "stripe_balance": (0, 4_000)}
    assert ledger.posted(month="2026-03-01") == {
        "bank_cash": (2_500, 0),
        "bank_fees": (1_500, 0),
        "payouts_in_transit": (0, 4_000),
    }
    assert ledger.open() == []


def test_what_the_bank_does_not_show_stays_open_although_it_was_paid(books: Books, told: Tell) -> None:
    sent = a_payout(books, FEBRUARY_5)
    arrive(books, sent, 0.0)
    ledger = told([line("2026-02-09", -70)])
    assert ledger.open() == [(PLATFORM, "usd", "payouts_in_transit", sent["id"], "4000")]
    assert {"bank_cash", "bank_unverified"}.isdisjoint(ledger.posted())


def test_payouts_come_together_and_in_parts(books: Books, told: Tell) -> None:
    one, two, whole = (a_payout(books, FEBRUARY_5, amount) for amount in (4_000, 300, 900))
    ledger = told([line("2026-02-09", 4_300, one, two), line("2026-02-09", 200, whole), line("2026-02-10", 650, whole)])
    assert ledger.posted()["bank_cash"] == (5_150, 0)
    assert ledger.open() == [(PLATFORM, "usd", "payouts_in_transit", whole["id"], "50")]


def test_a_returned_payout_leaves_the_bank_when_the_bank_says_so(books: Books, told: Tell) -> None:
    sent = a_payout(books, JANUARY_26)
    arrive(books, sent, 0.0)
    fail(books, PLATFORM, sent, MARCH_5, "account_closed")
    ledger = told([line("2026-01-28", 4_000, sent), line("2026-02-27", -4_000, sent)])
    assert ledger.posted(month="2026-02-01") == {"bank_cash": (0, 4_000), "payouts_in_transit": (4_000, 0)}
    assert ledger.open() == []


def test_a_top_up_leaves_the_bank_once_stripe_has_booked_it(books: Books, told: Tell) -> None:
    topup = books.add(PLATFORM, topup_form("tu_1", 900, "usd", JANUARY_26, FEBRUARY_5))
    lines = [line("2026-01-27", -900, topup="tu_1")]
    assert told(lines).trial_balance == []
    row = books.post(PLATFORM, "topup", "topup", 900, "usd", FEBRUARY_5, source="tu_1")
    books.change(topup, FEBRUARY_5, "topup.succeeded", balance_transaction=row["id"], status="succeeded")
    ledger = told(lines)
    assert ledger.posted(month="2026-01-01") == {"bank_cash": (0, 900), "topups_in_transit": (900, 0)}
    assert ledger.open() == []


def test_sellers_have_no_statements_here(books: Books, told: Tell) -> None:
    sent = send(books, SELLER, 4_000, "usd", FEBRUARY_5, "ba_1")
    arrive(books, sent, 0.0)
    assert told([]).posted(SELLER)["bank_unverified"] == (4_000, 0)


def test_the_bank_has_what_the_statements_show_and_the_rest_is_open(tmp_path: Path) -> None:
    """A whole company: cash at the bank is the sum of its lines, and what is open is what the months end with."""
    simulation = Simulation(PLAN)
    bank = BankStatements(PLAN, tmp_path)
    truth = Truth(PLAN, tmp_path, bank=bank)
    for segment in simulation:
        bank.take(segment)
        truth.take(segment)
    bank.close(simulation)
    truth.close(simulation)
    balances = netted(rows(tmp_path, "trial_balance"), "account_id", "currency", "ledger_account")
    for currency in ("usd", "eur", "jpy", "kwd"):
        lines = [row for row in bank.matches if row["currency"] == currency and (row["payout_ids"] or row["topup_id"])]
        assert balances.get((PLATFORM, currency, "bank_cash"), 0) == sum(int(row["amount_minor"]) for row in lines)
        kept = sum(int(row["residual_minor"]) for row in lines if row["residual_code"] == "bank_fee")
        assert balances.get((PLATFORM, currency, "bank_fees"), 0) == kept
    open_items = netted(
        [{**row, "debit_minor": row["balance_minor"], "credit_minor": "0"} for row in rows(tmp_path, "clearing")],
        "account_id", "currency", "ledger_account",
    )  # fmt: skip
    for account in ("payouts_in_transit", "topups_in_transit"):
        found = {key: balance for key, balance in balances.items() if balance and key[2] == account}
        assert found == {key: balance for key, balance in open_items.items() if balance and key[2] == account}
    assert (PLATFORM, "usd", "bank_unverified") not in balances
