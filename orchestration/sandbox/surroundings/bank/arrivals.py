"""Which payouts and top-ups reach the bank: what arrives when, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from orchestration.sandbox.world.history import Change, Obj, versions


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payout that Stripe once called paid.

    Attributes:
        received: What Stripe sends, in minor units; less than the payout when its fee is taken out of it.
        due: Its arrival date; the bank books it then or on its next business day.
        failed: Day on which Stripe says that it came back; None for one that stayed.
    """

    payout: Obj
    received: int
    due: date
    failed: date | None

    @property
    def trace(self) -> str:
        """The bank's own number of the payment, as Stripe states it; empty when it states none."""
        stated = self.payout["trace_id"] or {}
        return str(stated.get("value") or "")

    @property
    def descriptor(self) -> str:
        """What Stripe asks the bank to print."""
        return str(self.payout["statement_descriptor"] or self.payout["description"] or "STRIPE PAYOUT")


def arrival_of(payout: Obj, changes: list[Change], received: int) -> Arrival | None:
    """How a payout reaches the bank; None while it is on its way, or when it was never paid."""
    if reached("paid", payout, changes) is None:
        return None
    return Arrival(payout, received, day_of(payout["arrival_date"]), reached("failed", payout, changes))


def reached(status: str, obj: Obj, changes: list[Change]) -> date | None:
    """The day on which an object took a status; None if it never had it."""
    days = [day_of(change.at) for change, state in versions(obj, changes) if state["status"] == status]
    return days[-1] if days else None


def day_of(instant: int) -> date:
    """The day, UTC, of epoch seconds."""
    return datetime.fromtimestamp(instant, UTC).date()
