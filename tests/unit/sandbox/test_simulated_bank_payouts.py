"""Payouts and top-ups against the lines that the bank says are theirs, for payouts whose fate is known here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.bank import BankStatements
from orchestration.sandbox.treasury.forms import payout_form
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import Plan

Row = dict[str, Any]
US_HOLIDAYS = {
    "2025-05-26", "2025-06-19", "2025-07-04", "2025-09-01", "2025-10-13", "2025-11-11", "2025-11-27", "2025-12-25",
    "2026-01-01", "2026-01-19", "2026-02-16",
}  # fmt: skip
TARGET_HOLIDAYS = {"2025-04-18", "2025-04-21", "2025-05-01", "2025-12-25", "2025-12-26", "2026-01-01"}
STEPS = {"usd": 1, "eur": 2, "jpy": 5, "kwd": 9}  # days between payouts; they arrive on any day of the week


@dataclass
class Banked:
    """A year of payouts at the bank; payouts are kept by what became of them."""

    folder: Path
    matches: list[Row] = field(default_factory=list)
    payouts: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    topups: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def rows(self, *kinds: str) -> list[Row]:
        return [row for row in self.matches if row["kind"] in kinds]

    def lines_of(self, payout: Row) -> list[Row]:
        return [row for row in self.matches if payout["id"] in row["payout_ids"].split()]


def sent(books: Books, currency: str, amount: int, created: int, tenant: str = PLATFORM, **more: Any) -> Row:
    """A payout on its way, with its balance transaction; it arrives two days later unless `more` says when."""
    payout = payout_form(books.new_id("po_1"), amount, currency, created, (created // DAY + 2) * DAY)
    payout.update(status="in_transit", **more)
    payout["balance_transaction"] = books.post(
        tenant, "payout", "payout", -amount, currency, created, source=payout["id"]
    )["id"]
    return books.add(tenant, payout, "payout.created")


def paid(books: Books, payout: Row) -> Row:
    """Stripe calls it paid in the morning of its arrival, if that comes before the end, and states the trace id."""
    at = payout["arrival_date"] + 6 * 3600
    if at < books.end:
        trace = {"status": "supported", "value": f"T{payout['id'][-12:].upper()}"}
        books.change(payout, at, "payout.paid", status="paid", trace_id=trace)
    return payout


def topped_up(books: Books, created: int, status: str) -> Row:
    topup = {
        "id": books.new_id("tu_1"), "object": "topup", "amount": 250_000, "balance_transaction": None,
        "created": created, "currency": "usd", "statement_descriptor": None, "status": "pending",
    }  # fmt: skip
    books.add(PLATFORM, topup, "topup.created")
    if status == "failed":
        books.change(topup, created + DAY, "topup.failed", status="failed")
    elif status != "pending":
        books.change(topup, created + DAY, "topup.succeeded", status="succeeded")
    if status == "reversed":
        books.change(topup, created + 5 * DAY, "topup.reversed", status="reversed")
    return topup


def banked(folder: Path, seed: int = 7) -> Banked:
    """Payouts of every currency through a year, with each fate, put before the banks of one company."""
    plan = Plan(customers=1, accounts=0, seed=seed)
    simulation = Simulation(plan)
    books, rng, result = simulation.books, simulation.books.rng("payouts of the test"), Banked(folder)
    for currency, step in STEPS.items():
        for number, created in enumerate(range(plan.start, plan.end, step * DAY)):
            payout = sent(books, currency, rng.randrange(20_000, 900_000), created + 5_280)
            if number % 10 == 3:
                payout["statement_descriptor"] = "LANTERN SALES"
            if number % 40 == 7:
                books.change(payout, created + DAY, "payout.canceled", status="canceled")
                result.payouts["canceled"].append(payout)
            elif number % 40 == 17 and paid(books, payout)["status"] == "paid":
                books.change(payout, payout["arrival_date"] + 4 * DAY, "payout.failed", status="failed")
                result.payouts["failed"].append(payout)
            elif number % 40 == 27:
                books.change(payout, created + DAY, "payout.failed", status="failed")
                result.payouts["refused"].append(payout)
            else:
                paid(books, payout)
                result.payouts[payout["status"]].append(payout)
    for month in range(11):
        at = plan.start + (30 * month + 3) * DAY
        instant = sent(books, "usd", 40_000 + month, at, method="instant", type="card", arrival_date=at)
        result.payouts["instant"].append(paid(books, instant))
        foreign = sent(books, "gbp", 5_000, at, tenant="acct_1")  # a currency that the platform has no account for
        result.payouts["foreign"].append(paid(books, foreign))
    reversal = sent(books, "usd", -12_345, plan.start + 200 * DAY, original_payout=result.payouts["paid"][0]["id"])
    result.payouts["reversal"].append(paid(books, reversal))
    for index, status in enumerate(("succeeded", "reversed", "pending", "failed")):
        result.topups[status].append(topped_up(books, plan.start + (40 * index + 9) * DAY, status))
    bank = BankStatements(plan, folder)
    bank.take(Segment(dict(books.objects), books.history, {}, True))
    bank.close(simulation)
    result.matches = bank.bank_matches()
    return result


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Banked:
    return banked(tmp_path_factory.mktemp("bank"))


def day_of(instant: int) -> date:
    return datetime.fromtimestamp(instant, UTC).date()


def is_holiday(row: Row, day: str) -> bool:
    """Whether the row's bank is closed."""
    closed = US_HOLIDAYS if row["currency"] == "usd" else TARGET_HOLIDAYS
    return date.fromisoformat(day).weekday() > 4 or day in closed


def test_lines_and_residuals_of_payouts_are_the_payouts(bank: Banked) -> None:
    amounts = {payout["id"]: payout["amount"] for payouts in bank.payouts.values() for payout in payouts}
    groups = defaultdict(list)
    for row in bank.matches:
        if row["payout_ids"]:
            groups[row["payout_ids"]].append(row)
    named = [payout_id for group in groups for payout_id in group.split()]
    assert len(named) == len(set(named)), "a payout is in two groups of lines"
    for group, rows in groups.items():
        expected = sum(amounts[payout_id] for payout_id in group.split())
        kinds = [row["kind"] for row in rows]
        assert kinds in (["payout"], ["payout_batch"], ["payout_part"] * 2, ["payout", "payout_return"])
        if "payout_return" in kinds:
            expected = 0
        assert sum(row["amount_minor"] + row["residual_minor"] for row in rows) == expected, group


def test_every_payout_that_could_arrive_did(bank: Banked) -> None:
    certain = [payout for payout in bank.payouts["paid"] if day_of(payout["arrival_date"]) <= date(2026, 3, 25)]
    assert len(certain) > 400
    assert [payout["id"] for payout in certain + bank.payouts["instant"] if not bank.lines_of(payout)] == []


@pytest.mark.parametrize("fate", ["in_transit", "canceled", "refused", "foreign"])
def test_what_never_reached_the_bank_has_no_line(bank: Banked, fate: str) -> None:
    assert bank.payouts[fate]
    assert [payout["id"] for payout in bank.payouts[fate] if bank.lines_of(payout)] == []


def test_a_returned_payout_is_credited_and_taken_back(bank: Banked) -> None:
    for payout in bank.payouts["failed"]:
        failed = day_of(payout["arrival_date"] + 4 * DAY).isoformat()
        credit, debit = bank.lines_of(payout)
        assert (credit["kind"], debit["kind"]) == ("payout", "payout_return")
        assert credit["amount_minor"] == payout["amount"] == -debit["amount_minor"]
        assert credit["booked_date"] <= debit["booked_date"] <= failed


def test_a_reversal_is_a_debit(bank: Banked) -> None:
    (line,) = bank.lines_of(bank.payouts["reversal"][0])
    assert (line["kind"], line["amount_minor"]) == ("payout", -12_345)


def test_the_bank_books_on_its_own_days_and_never_early(bank: Banked) -> None:
    lines = [row for row in bank.matches if row["payout_ids"] or row["topup_id"]]
    assert [row for row in lines if is_holiday(row, row["booked_date"])] == []
    for payout in bank.payouts["paid"] + bank.payouts["instant"]:
        for row in bank.lines_of(payout):
            days = (date.fromisoformat(row["booked_date"]) - day_of(payout["arrival_date"])).days
            assert 0 <= days <= 7, row
    arrivals = {day_of(payout["arrival_date"]).isoformat() for payout in bank.payouts["paid"]}
    assert arrivals & US_HOLIDAYS, "no payout arrived on a holiday, so nothing was shown"


def test_money_oddities_all_occur(bank: Banked) -> None:
    withheld = [row for row in bank.rows("payout") if row["residual_code"] == "bank_fee"]
    assert withheld and all(row["residual_minor"] > 0 for row in withheld)
    parts = defaultdict(list)
    for row in bank.rows("payout_part"):
        parts[row["payout_ids"]].append(row)
    assert parts and all(len(rows) == 2 for rows in parts.values())
    batches = bank.rows("payout_batch")
    assert batches and all(len(row["payout_ids"].split()) == 2 for row in batches)
    assert [row for row in bank.rows("payout") if row["value_date"] > row["booked_date"]]
    assert [row for row in bank.rows("payout") if row["value_date"] < row["booked_date"]]


def test_the_bank_prints_more_or_less_of_who_paid(bank: Banked) -> None:
    texts = {row["text"] for row in bank.rows("payout")}
    assert {"STRIPE PAYOUT", "STRIPE PAY", "LANTERN SALES", "LANTERN SA"} <= texts
    traces = {payout["trace_id"]["value"] for payout in bank.payouts["paid"]}
    assert any(text.split()[-1] in traces for text in texts), "no trace id in a text"
    for suffix in ("bai2", "xml", "sta", "qfx", "csv"):
        files = "".join(path.read_text(encoding="utf-8") for path in bank.folder.glob(f"bank/*.{suffix}"))
        known = traces | {payout["trace_id"]["value"] for payout in bank.payouts["instant"]}
        assert any(trace in files for trace in known), f"no trace id in any {suffix} file"


def test_a_top_up_is_a_debit_and_its_reversal_a_credit(bank: Banked) -> None:
    def amounts(status: str) -> list[int]:
        known = {topup["id"] for topup in bank.topups[status]}
        return [row["amount_minor"] for row in bank.rows("topup") if row["topup_id"] in known]

    assert (amounts("succeeded"), amounts("reversed")) == ([-250_000], [-250_000, 250_000])
    assert amounts("pending") == [-250_000], "the bank has paid what Stripe still waits for"
    assert amounts("failed") == []


def test_other_lines_look_like_payouts_to_the_cent(bank: Banked) -> None:
    payouts = {(row["bank_account"], row["booked_date"], row["amount_minor"]) for row in bank.rows("payout")}
    others = {(row["bank_account"], row["booked_date"], row["amount_minor"]) for row in bank.rows("unrelated")}
    assert payouts & others
    texts = " ".join(row["text"] for row in bank.matches)
    for word in ("RENT", "PAYROLL", "INV ", "PAYMENT INVOICE", "USATAXPYMT", "FOREIGN EXCHANGE FEE"):
        assert word in texts
    assert bank.rows("bank_fee") and bank.rows("interest")
    assert all(not row["payout_ids"] for row in bank.rows("unrelated", "bank_fee", "interest"))


def test_instant_payouts_have_an_account_of_their_own(bank: Banked) -> None:
    files = {row["statement_file"] for payout in bank.payouts["instant"] for row in bank.lines_of(payout)}
    assert files and all(file.startswith("bank/usd_instant_") for file in files)


def test_what_stripe_keeps_of_an_instant_payout_is_its_residual(tmp_path: Path) -> None:
    plan = Plan(months=1, customers=1)
    simulation = Simulation(plan)
    books = simulation.books
    payout = sent(books, "usd", 10_000, plan.start, method="instant", type="card", arrival_date=plan.start)
    transaction = books.objects["balance_transaction"][0][1]
    transaction.update(amount=-9_900, fee=100, net=-10_000)
    paid(books, payout)
    bank = BankStatements(plan, tmp_path)
    bank.take(Segment(dict(books.objects), books.history, {}, True))
    bank.close(simulation)
    rows = [row for row in bank.bank_matches() if row["payout_ids"] == payout["id"]]
    told = [(row["amount_minor"], row["residual_code"], row["residual_minor"]) for row in rows]
    assert told == [(9_900, "fee", 100)]


def test_a_payout_without_a_bank_account_is_refused_by_name(tmp_path: Path) -> None:
    plan = Plan(months=1, customers=1)
    books = Simulation(plan).books
    paid(books, sent(books, "gbp", 10_000, plan.start))
    with pytest.raises(ValueError, match="no bank account for gbp"):
        BankStatements(plan, tmp_path).take(Segment(dict(books.objects), books.history, {}, True))
