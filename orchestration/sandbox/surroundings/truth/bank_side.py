"""What payouts and top-ups did at banks of which there are no statements, by Stripe's word alone."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.truth.ledger_accounts import PAYOUTS, TOPUPS, Account
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.history import Change, Obj

Movement = tuple[str, str, int, Account, int]


def bank_movements(segment: Segment, *, has_statements: bool = False) -> Iterator[Movement]:
    """Tenant, currency, instant, the clearing account behind it, minor units that reach the bank.

    Args:
        has_statements: Whether the platform has statements of its banks, which then tell its part (`BankLines`).

    * A payout that was ever called paid arrives on its arrival date, an instant one not before it was made.
      One that was called failed later goes back at that moment. What was never paid moves nothing. A payout
      of a negative amount takes money from the bank in the same way.
    * A top-up leaves the bank when it succeeds, and is back when it is reversed.
    """
    history = segment.history
    silent = PLATFORM if has_statements else None
    for tenant, payout in segment.objects.get("payout", ()):
        if tenant == silent:
            continue
        moments, amount = moments_of(payout, history[payout["id"]]), payout["amount"]
        if "paid" in moments:
            arrived = max(payout["arrival_date"], payout["created"])
            yield tenant, payout["currency"], arrived, PAYOUTS, amount
            if "failed" in moments:
                yield tenant, payout["currency"], moments["failed"], PAYOUTS, -amount
    for tenant, topup in segment.objects.get("topup", ()):
        if tenant == silent:
            continue
        moments, amount = moments_of(topup, history[topup["id"]]), topup["amount"]
        if "succeeded" in moments:
            yield tenant, topup["currency"], moments["succeeded"], TOPUPS, -amount
        if "reversed" in moments:
            yield tenant, topup["currency"], moments["reversed"], TOPUPS, amount


def moments_of(obj: Obj, changes: list[Change]) -> dict[str, int]:
    """When an object first had each of its statuses, epoch seconds."""
    moments: dict[str, int] = {}
    status = obj["status"]
    for change in reversed(changes):
        moments[status] = change.at
        status = (change.before or obj).get("status", status)
    return moments
