"""Negative balances of connected accounts that the platform stands for."""

from __future__ import annotations

from orchestration.sandbox.treasury.till import Till
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.money import DAY

COLLECTED_AFTER = 180  # days
_AT = 14_400  # 04:00 UTC


def cover(till: Till, day: int) -> None:
    """Hold as much on the platform's balance as an account owes, from the second day that it owes.

    What is held follows what is owed. After 180 days the platform pays: a collection transfer from its
    balance to the account's, which is there the next day; then the reserve is released.
    """
    owed = max(-till.balance, 0)
    if not owed:
        till.negative_since = None
    elif till.negative_since is None:
        till.negative_since = day
    elif day - till.negative_since >= COLLECTED_AFTER:
        _collect(till, owed, day * DAY + _AT)
        till.negative_since = day
    if till.negative_since != day and owed != till.reserved:
        _reserve(till, owed - till.reserved, day * DAY + _AT)
        till.reserved = owed


def _reserve(till: Till, more: int, at: int) -> None:
    text = f"Connect reserve {'hold' if more > 0 else 'release'} for {till.tenant}"
    till.books.post(
        PLATFORM, "reserve_transaction", "connect_reserved_funds", -more, till.currency, at, description=text
    )


def _collect(till: Till, owed: int, at: int) -> None:
    kind, text = "connect_collection_transfer", f"Collection transfer to {till.tenant}"
    till.books.post(PLATFORM, kind, kind, -owed, till.currency, at, description=text)
    till.books.post(till.tenant, kind, kind, owed, till.currency, at, description=text)
