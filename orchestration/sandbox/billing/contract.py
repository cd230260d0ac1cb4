"""A subscription being lived: its periods, its invoices, and the status that payments give it.

How it begins and ends, and what is decided in between, is told in `beginnings`, `endings`, `amendments` and
`pauses`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from orchestration.sandbox.billing.calendar import Cadence
from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.collection import collect, drop, send_out
from orchestration.sandbox.billing.endings import expire, terminate
from orchestration.sandbox.billing.entries import Entry
from orchestration.sandbox.billing.invoice_forms import subscription_parent
from orchestration.sandbox.billing.invoices import Bill, draft, finalize
from orchestration.sandbox.billing.lines import Discount, Line
from orchestration.sandbox.billing.terms import Terms
from orchestration.sandbox.world.books import list_of
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

UPDATED = "customer.subscription.updated"


@dataclass(eq=False)
class Contract:
    """One subscription.

    Attributes:
        plot: Called as it begins: puts on the agenda what will be decided.
        habit: Called as each renewal begins, with the contract and the moment: what happens by chance.
        anchor: Where its periods are counted from; `count` is the number of the present one, -1 a trial.
        latest: Its newest invoice.
        parent: The `parent` of its invoices.
        kept: Drafts that a pause keeps back.
    """

    client: Client
    terms: Terms
    plot: Callable[[Contract], None] | None = None
    habit: Callable[[Contract, int], None] | None = None
    subscription: Obj = field(default_factory=dict)
    parent: Obj = field(default_factory=dict)
    items_url: str = ""
    entries: list[Entry] = field(default_factory=list)
    discount: Discount | None = None
    anchor: int = 0
    count: int = 0
    start: int = 0
    end: int = 0
    latest: Bill | None = None
    kept: list[Bill] = field(default_factory=list)

    @property
    def cadence(self) -> Cadence:
        """How often it is billed."""
        cadence = self.entries[0].offer.cadence
        assert cadence is not None, "a one-time price cannot be subscribed to"
        return cadence

    @property
    def status(self) -> str:
        """Stripe's status."""
        status: str = self.subscription["status"]
        return status

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or never began."""
        return self.status in ("canceled", "incomplete_expired")

    @property
    def is_running(self) -> bool:
        """Whether it bills its periods, paid or late."""
        return self.status in ("active", "past_due")

    def change(self, at: int, event: str = UPDATED, /, **new: object) -> None:
        """Change the subscription."""
        self.client.books.change(self.subscription, at, event, **new)

    def renew(self, at: int) -> None:
        """The period ends: the next one is invoiced in a draft, or nothing follows."""
        sub = self.subscription
        if at != self.end or self.is_over or self.status == "paused":
            return
        if sub["cancel_at_period_end"]:
            terminate(self, at)
        elif sub["trial_end"] == at and not self.terms.has_card:
            self.change(at, "customer.subscription.paused", status="paused")
        else:
            new: Obj = {"status": "active"} if self.status == "trialing" else {}
            self.send(self.open_period(at, "subscription_cycle", **new), at)
            if self.habit is not None:
                self.habit(self, at)

    def open_period(self, at: int, reason: str, **new: object) -> Bill:
        """Begin the next period and draw up its invoice, with what waited for it."""
        since, self.count = self.start, self.count + 1
        self.start, self.end = at, self.cadence.after(self.anchor, self.count + 1)
        for entry in self.entries:
            entry.move(at, self.end)
        waiting = self.client.take_pending(self.subscription["id"])
        bill = self.bill_entries(waiting, since, at, reason)
        self.client.books.change(
            self.subscription, at, UPDATED, items=self.items(), latest_invoice=bill.invoice["id"], **new
        )
        self.client.agenda.at(self.end, self.renew)
        return bill

    def draft(self, lines: list[Line], since: int, at: int, reason: str) -> Bill:
        """A draft of this subscription. While it is unpaid or paused as drafts, nothing is collected."""
        sub = self.subscription
        pause = sub["pause_collection"]
        is_kept = sub["status"] == "unpaid" or (pause is not None and pause["behavior"] == "keep_as_draft")
        discount = self.active_discount(at)
        self.latest = bill = draft(
            self.client,
            lines,
            at,
            reason=reason,
            owner=self,
            parent=subscription_parent(sub["id"], at) if reason == "subscription_update" else self.parent,
            period=(since, at),
            discount=discount,
            due_days=self.terms.due_days,
            auto_advance=not is_kept,
        )
        if discount is not None and discount.deal.duration == "once" and bill.invoice["subtotal"]:
            self.discount = None
        if is_kept:
            self.kept.append(bill)
        return bill

    def charge_now(self, bill: Bill, at: int) -> None:
        """Finalize an invoice at once and charge it within seconds."""
        finalize(bill, at)
        self.client.agenda.at(at + 2, collect, bill)

    def send(self, bill: Bill, at: int) -> None:
        """Let a draft wait its hour; a customer who is sent invoices pays one within its time."""
        client, pause = self.client, self.subscription["pause_collection"]
        if not bill.invoice["auto_advance"]:
            return
        if pause is not None:
            client.agenda.at(at + client.lag, drop, bill, pause["behavior"])
            return
        client.agenda.at(at + client.lag, send_out, bill)
        if self.terms.due_days is not None:
            patience = client.rng.randrange(DAY, self.terms.due_days * DAY)
            client.agenda.at(at + client.lag + patience, collect, bill)

    def settled(self, bill: Bill, at: int) -> None:
        """An invoice is paid: a subscription that only waited for that is active (again)."""
        is_owing = any(other.owner is self for other in self.client.owing)
        if not is_owing and self.status in ("incomplete", "past_due", "unpaid"):
            self.change(at, status="active")

    def declined(self, bill: Bill, at: int) -> None:
        """A payment failed: the subscription is past due; one that has not begun expires within a day."""
        if self.status == "active" and bill.is_retried:
            self.change(at, status="past_due")
            self.client.agenda.at(at + 3600, self.client.ticket, "payment_failed")
        elif self.status == "incomplete" and bill.invoice["attempt_count"] == 1:
            self.client.agenda.at(self.subscription["created"] + 23 * 3600, expire, self, bill)

    def abandoned(self, bill: Bill, at: int) -> None:
        """All retries failed."""
        if not self.is_running:
            return
        if self.terms.ends_unpaid:
            self.change(at, status="unpaid")
        else:
            terminate(self, at, reason="payment_failed")

    def active_discount(self, at: int) -> Discount | None:
        """The coupon that applies now: the subscription's own, else the customer's."""
        for discount in (self.discount, self.client.discount):
            if discount is not None and (discount.obj["end"] is None or at < discount.obj["end"]):
                return discount
        return None

    def items(self) -> Obj:
        """The items as the subscription embeds them."""
        return list_of([entry.item for entry in self.entries], self.items_url)

    def bill_entries(self, waiting: list[Line], since: int, at: int, reason: str) -> Bill:
        """Invoice what waited and the entries' own lines, and remember which line billed which entry."""
        if self.status == "trialing" and reason == "subscription_create":
            lines = [entry.trial_line(at, self.end) for entry in self.entries]
        else:
            lines = [entry.line(since, at, self.end) for entry in self.entries]
        bill = self.draft([*waiting, *lines], since, at, reason)
        forms = bill.invoice["lines"]["data"][len(waiting) :]
        for entry, form in zip(self.entries, forms, strict=True):
            entry.billed = form
        return bill

    def read_meters(self, at: int) -> None:
        """The story ends: the company still knows what was used in the open period."""
        for entry in self.entries:
            if entry.meter is not None and not self.is_over:
                entry.meter.read(at)
