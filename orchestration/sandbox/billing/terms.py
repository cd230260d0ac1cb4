"""What a customer and the company agree on when a subscription begins."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.billing.calendar import Cadence
from orchestration.sandbox.billing.catalog import Deal, Offer


@dataclass(slots=True)
class Terms:
    """What is agreed at the start.

    Attributes:
        orders: Offers of one cadence with their quantities (of metered ones: usage on an average day).
        due_days: Invoices are sent, to be paid within so many days; None charges the card.
        has_card: Without one, the subscription is paused when its trial ends.
        ends_unpaid: When all retries have failed it stays, as unpaid, instead of being cancelled.
    """

    orders: tuple[tuple[Offer, int], ...]
    trial_days: int = 0
    deal: Deal | None = None
    due_days: int | None = None
    has_card: bool = True
    ends_unpaid: bool = False

    @property
    def cadence(self) -> Cadence:
        """How often it is billed at first."""
        cadence = self.orders[0][0].cadence
        assert cadence is not None, "a one-time price cannot be subscribed to"
        return cadence
