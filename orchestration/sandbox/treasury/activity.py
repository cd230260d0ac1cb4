"""What the platform and Stripe owe each other besides payments: software fees, top-ups, reserves, climate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from orchestration.sandbox.treasury.forms import topup_form
from orchestration.sandbox.treasury.schedules import arrival_day
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, half_up

_HOUR = 3_600
_TAX_PERCENT = 8
_CENTS_PER_CUSTOMER = {"Billing - Usage Fee": 9, "Radar": 2, "Connect - Active Accounts": 1}
# Percent of the story -> what becomes of the top-up that is asked for then.
_TOPUPS = ((12, "succeeded"), (38, "reversed"), (52, "failed"), (64, "canceled"), (81, "succeeded"))


def book_activity(books: Books) -> None:
    """Write all of it into the books, in US cents, sized by the number of the platform's customers."""
    rng = books.rng("activity")
    _fees(books, rng)
    _reserve(books)
    days = (books.end - books.start) // DAY
    for percent, fate in _TOPUPS:
        at = books.start + days * percent // 100 * DAY + 9 * _HOUR
        _top_up(books, books.plan.customers * 20 + 10_000, at, fate)
    _top_up(books, 25_000, books.end - 14 * _HOUR, "succeeded")


def _fees(books: Books, rng: Random) -> None:
    """Monthly software fees with tax on each, one of them corrected, and the contribution to the climate."""
    corrected = books.plan.months // 2
    for number, (month, at) in enumerate(_month_ends(books)):
        for product, cents in _CENTS_PER_CUSTOMER.items():
            text = f"{product} ({month})"
            fee = books.plan.customers * cents * rng.randrange(80, 121) // 100 + 500
            _fee(books, "stripe_fee", "fee", fee, at, text)
            tax = half_up(fee * _TAX_PERCENT, 100)
            _fee(books, "tax_fee", "tax", tax, at, f"Tax on {text}")
            if number == corrected and product.startswith("Billing"):
                _fee(books, "stripe_fee", "fee", -(fee // 4), at + _HOUR, f"{text} correction")
        given = books.plan.customers * 3 + 1_000
        _fee(books, "contribution", "contribution", given, at + 2 * _HOUR, "Stripe Climate contribution")


def _fee(books: Books, kind: str, category: str, amount: int, at: int, text: str) -> None:
    books.post(PLATFORM, kind, category, -amount, "usd", at, description=text)


def _month_ends(books: Books) -> Iterator[tuple[str, int]]:
    """Every month of the story as YYYY-MM, and five in the morning of its last day."""
    for midnight in range(books.start, books.end, DAY):
        if datetime.fromtimestamp(midnight + DAY, UTC).day == 1:
            yield datetime.fromtimestamp(midnight, UTC).strftime("%Y-%m"), midnight + 5 * _HOUR


def _reserve(books: Books) -> None:
    """Stripe holds a part of the balance after a rise of disputes, and lets it go in two steps."""
    amount, days = books.plan.customers * 50 + 10_000, (books.end - books.start) // DAY
    steps = ((30, -amount, "hold"), (55, amount // 2, "release"), (75, amount - amount // 2, "release"))
    for percent, part, step in steps:
        at = books.start + days * percent // 100 * DAY + 5 * _HOUR
        text = f"Reserve {step}"
        books.post(PLATFORM, "reserved_funds", "risk_reserved_funds", part, "usd", at, description=text)


def _top_up(books: Books, amount: int, at: int, fate: str) -> None:
    """Ask the bank for money: there after some bank days, or refused, canceled, taken back after a week."""
    expected = arrival_day(arrival_day(at // DAY, "usd"), "usd") * DAY + 8 * _HOUR
    topup = topup_form(books.new_id("tu_1"), amount, "usd", at, expected)
    books.add(PLATFORM, topup, "topup.created")
    if fate == "canceled":
        books.change(topup, at + _HOUR, "topup.canceled", status="canceled")
        return
    if expected >= books.end:
        return
    if fate == "failed":
        message = "The bank account has insufficient funds."
        books.change(
            topup,
            expected,
            "topup.failed",
            failure_code="insufficient_funds",
            failure_message=message,
            status="failed",
        )
        return
    row = _topup_row(books, "topup", amount, expected, topup)
    books.change(topup, expected, "topup.succeeded", balance_transaction=row["id"], status="succeeded")
    if fate == "reversed" and expected + 7 * DAY < books.end:
        _topup_row(books, "topup_reversal", -amount, expected + 7 * DAY, topup)
        books.change(topup, expected + 7 * DAY, "topup.reversed", status="reversed")


def _topup_row(books: Books, kind: str, amount: int, at: int, topup: Obj) -> Obj:
    text = topup["description"]
    return books.post(PLATFORM, kind, kind, amount, "usd", at, source=topup["id"], description=text)
