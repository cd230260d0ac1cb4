"""Items of a subscription: what they bill in advance, in arrears, and for part of a period."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.billing.calendar import printed_day
from orchestration.sandbox.billing.catalog import Deal, Offer
from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.lines import Line, subscription_item_parent
from orchestration.sandbox.billing.subscription_forms import subscription_item_form
from orchestration.sandbox.billing.usage import Meter
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import half_up


@dataclass(slots=True)
class Entry:
    """One item.

    Attributes:
        item: The item as the subscription shows it now; a change makes a new one.
        parent: Where its lines come from, as they state it.
        meter: What it uses, if it is metered.
        billed: The invoice line that billed its present period.
    """

    offer: Offer
    quantity: int
    item: Obj
    parent: Obj
    meter: Meter | None = None
    billed: Obj | None = None

    def move(self, start: int, end: int) -> None:
        """Begin the period [start, end)."""
        self.item = {**self.item, "current_period_start": start, "current_period_end": end}

    def amend(self, offer: Offer, quantity: int) -> None:
        """Bill another price or quantity from now on."""
        self.offer, self.quantity = offer, quantity
        self.item = {**self.item, "plan": offer.plan, "price": offer.price, "quantity": quantity}

    def line(self, since: int, start: int, end: int) -> Line:
        """The line of an invoice at `start`: usage since `since`, or the period [start, end) in advance."""
        offer, quantity = self.offer, self.quantity
        if self.meter is not None:
            quantity, start, end = self.meter.read(start), since, start
        return Line(
            offer,
            f"{quantity} × {offer.text}",
            offer.amount(quantity),
            quantity,
            start,
            end,
            self.item["subscription"],
            self.item["id"],
            self.parent,
        )

    def trial_line(self, start: int, end: int) -> Line:
        """The line of a trial, which is free."""
        item = self.item
        text = f"Trial period for {self.offer.name}"
        return Line(
            self.offer, text, 0, self.quantity, start, end, item["subscription"], item["id"], self.parent
        )

    def proration(self, at: int, deal: Deal | None, *, is_credit: bool) -> Line:
        """What the rest of the present period costs from `at` on, or what is given back for it.

        The share of seconds, half up, of the price after a discount by percentage.
        """
        start, end = self.item["current_period_start"], self.item["current_period_end"]
        full = self.offer.amount(self.quantity)
        if deal is not None and deal.basis_points is not None and deal.duration != "once":
            full -= half_up(full * deal.basis_points, 10_000)
        amount = half_up(full * (end - at), end - start)
        return Line(
            self.offer,
            f"{'Unused' if is_credit else 'Remaining'} time on {self.offer.name} after {printed_day(at)}",
            -amount if is_credit else amount,
            self.quantity,
            at,
            end,
            self.item["subscription"],
            self.item["id"],
            is_proration=True,
            credited=self.billed if is_credit else None,
        )


def new_entry(client: Client, subscription: str, offer: Offer, quantity: int, at: int, end: int) -> Entry:
    """An item in its first period [at, end). `quantity` of a metered one is its usage on an average day."""
    form = subscription_item_form(client.books.new_id("si_"), subscription, offer, quantity, at, end)
    parent = subscription_item_parent(subscription, form["id"])
    if offer.is_metered:
        return Entry(offer, 0, form, parent, Meter(client, form["id"], quantity, at))
    return Entry(offer, quantity, form, parent)
