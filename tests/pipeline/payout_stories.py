"""Payouts worked out by hand, as the Sigma files that tell of them: money in, and what was paid out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.pipeline.inboxes import SIGMA, as_csv, put

STAMP = "2026-06-01T0300"


@dataclass(frozen=True)
class Money:
    """A balance transaction other than a payout's own: a charge, unless its category says otherwise.

    `created` and `available` are days or instants of UTC in ISO format; `payout` is what Sigma names.
    """

    id: str
    created: str
    net: int
    available: str = ""
    payout: str = ""
    category: str = "charge"
    currency: str = "usd"
    source: str = ""
    type: str = ""
    fee: int = 0


@dataclass(frozen=True)
class Sent:
    """A payout; its own transaction is written beside it. The sweep of a day is made at 01:28."""

    id: str
    created: str
    amount: int
    arrival: str = ""
    status: str = "paid"
    automatic: bool = True
    currency: str = "usd"
    source_type: str = "card"
    original: str = ""
    reversed_by: str = ""
    fee: int = 0
    own_type: str = "payout"


def days_from(first: str, amounts: Iterable[int], after: int = 2) -> list[Money]:
    """One charge a day, available `after` days later at midnight."""
    start = date.fromisoformat(first)
    return [
        Money(f"txn_{number}", f"{start + timedelta(days=number - 1)} 12:00:00", amount,
              f"{start + timedelta(days=number - 1 + after)}")
        for number, amount in enumerate(amounts, start=1)
    ]  # fmt: skip


def write_story(inbox: Path, money: Iterable[Money], payouts: Iterable[Sent], stamp: str = STAMP) -> Path:
    """The story as an export of the platform's balance transactions and transfers."""
    rows = [story_row(item) for item in money]
    rows += [_own_row(payout) for payout in payouts]
    put(inbox / SIGMA / f"balance_transactions_{stamp}.csv", as_csv(rows), stamp)
    put(inbox / SIGMA / f"transfers_{stamp}.csv", as_csv([_transfer(payout) for payout in payouts]), stamp)
    return inbox


def _instant(text: str, default_time: str = "00:00:00") -> str:
    return f"{text}.000" if " " in text else f"{text} {default_time}.000"


def story_row(item: Money) -> dict[str, str]:
    """A row of `balance_transactions`."""
    return {
        "id": item.id,
        "created": _instant(item.created),
        "available_on": _instant(item.available or item.created),
        "amount": str(item.net + item.fee),
        "fee": str(item.fee),
        "net": str(item.net),
        "currency": item.currency,
        "type": item.type or item.category,
        "reporting_category": item.category,
        "status": "available",
        "source_id": item.source,
        "automatic_transfer_id": item.payout,
    }


def _own_row(payout: Sent) -> dict[str, str]:
    created = _instant(payout.created, "01:28:00")
    return {
        **story_row(Money(f"txn_of_{payout.id}", "2000-01-01", -payout.amount - payout.fee, currency=payout.currency,
                     fee=payout.fee, category="payout", source=payout.id)),
        "type": payout.own_type,
        "created": created,
        "available_on": created,
    }  # fmt: skip


def _transfer(payout: Sent) -> dict[str, str]:
    return {
        "id": payout.id,
        "created": _instant(payout.created, "01:28:00"),
        "date": _instant(payout.arrival or payout.created[:10]),
        "amount": str(payout.amount),
        "currency": payout.currency,
        "status": payout.status,
        "type": "bank_account",
        "automatic": "true" if payout.automatic else "false",
        "balance_transaction_id": f"txn_of_{payout.id}",
        "source_type": payout.source_type,
        "original_payout": payout.original,
        "reversed_by": payout.reversed_by,
    }
