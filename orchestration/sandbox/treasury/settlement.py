"""Balances to the bank: who pays out what when."""

from __future__ import annotations

from orchestration.sandbox.world.books import Books


def settle(books: Books) -> dict[tuple[str, str], dict[int, str]]:
    """Pay out every balance, day by day; per (tenant, currency) and sweep day the payout that took it."""
    return {}
