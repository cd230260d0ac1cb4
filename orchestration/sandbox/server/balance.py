"""The balance of an account at an instant, summed from its balance transactions."""

from __future__ import annotations

from orchestration.sandbox.server.shelf import Shelf
from orchestration.sandbox.world.history import Obj

Sums = dict[str, int]


def balance_at(transactions: Shelf, at: int, home_currency: str) -> Obj:
    """Stripe's balance object; amounts in minor units, every currency in both lists.

    A payout leaves the available balance as it is made, although its own row becomes available later.
    """
    rows = [entry.obj for entry in transactions.entries if entry.created <= at]
    rows = [row for row in rows if row["balance_type"] == "payments"]
    available: Sums = dict.fromkeys((row["currency"] for row in rows), 0) or {home_currency: 0}
    pending: Sums = dict(available)
    reserved: Sums = {}
    for row in rows:
        currency = row["currency"]
        is_available = row["available_on"] <= at or row["type"] == "payout"
        (available if is_available else pending)[currency] += row["net"]
        if row["reporting_category"] == "connect_reserved_funds":
            reserved[currency] = reserved.get(currency, 0) - row["net"]
    balance: Obj = {
        "object": "balance",
        "available": _lines(available),
        "livemode": True,
        "pending": _lines(pending),
    }
    held = {currency: amount for currency, amount in reserved.items() if amount}
    return {**balance, "connect_reserved": _lines(held)} if held else balance


def _lines(sums: Sums) -> list[Obj]:
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(sums.items())
    ]
