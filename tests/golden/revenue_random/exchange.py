"""Exchange rates: a list of every third day, and what a movement of money really got on its own day."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import cache

from tests.golden.revenue_random.facts import Facts

EXPONENTS = {"usd": 2, "eur": 2, "jpy": 0, "kwd": 3}
_START = {"usd": Decimal(1), "eur": Decimal("0.91"), "jpy": Decimal("148.2"), "kwd": Decimal("0.3074")}
_FIRST, _LAST = date(2023, 6, 1), date(2026, 3, 31)
_MOVED = ("pay", "refund", "refund_fails", "dispute", "win", "payment_fails", "note_refund_fails")


@cache
def rate_list() -> dict[date, dict[str, str]]:
    """Day -> currency -> what a US dollar cost, as a text with at most nine decimals."""
    rng, day, rates, listed = random.Random("rates"), _FIRST, dict(_START), {}
    while day <= _LAST:
        for currency in ("eur", "jpy", "kwd"):
            rates[currency] *= 1 + Decimal(rng.randint(-80, 80)) / 10_000
        listed[day] = {currency: str(rate.quantize(Decimal("0.000000001"))) for currency, rate in rates.items()}
        day += timedelta(days=3)
    return listed


def listed_ratio(own: str, books: str, at: datetime) -> Fraction:
    """Minor units of the books for one of its own, by the last list before a day."""
    rates = rate_list()[max(day for day in rate_list() if day < at.date())]
    own_units, books_units = (Fraction(rates[currency]) * 10 ** EXPONENTS[currency] for currency in (own, books))
    return books_units / own_units


def settled(amount: int, rate: str) -> int:
    """What a movement settles in, cut to whole minor units."""
    return int(Decimal(amount) * Decimal(rate or 1))


def abroad(rng: random.Random, facts: Facts) -> Facts:
    """The same story with an account whose balance is in another currency, or as it is.

    Bills stay at home that are settled in parts: each part is converted and rounded by itself, and no rule says where
    the unit goes that the parts differ by from the whole. So do those that touch the customer's balance.
    """
    settles = rng.choice([currency for currency in EXPONENTS if currency != facts.currency])
    is_whole = all(
        event.kind not in ("note", "note_void") and (event.kind != "pay" or event.amount == bill.total)
        for bill in facts.bills for event in bill.events)
    if facts.given or not is_whole or any(bill.kind == "pending" or bill.total <= 0 for bill in facts.bills):
        return facts

    def rate(at: datetime) -> str:
        real = listed_ratio(facts.currency, settles, at) * rng.randint(9_500, 10_500) / 10_000
        return str((Decimal(real.numerator) / Decimal(real.denominator)).quantize(Decimal("0.000001"), ROUND_DOWN))

    bills = tuple(
        replace(bill, rate=rate(bill.at) if bill.kind == "payment" else "", events=tuple(
            replace(event, rate=rate(event.at)) if event.kind in _MOVED or event.refund else event for event in bill.events))
        for bill in facts.bills)
    found = replace(facts, account=f"acct_1Abroad{settles}", settles=settles, bills=bills)
    moved = [settled(event.refund or event.amount, event.rate) for bill in bills for event in bill.events if event.rate]
    return found if all(moved) and all(settled(bill.total, bill.rate) for bill in bills) else facts
