"""A customer as the company deals with it: the card that works or not, the balance, what waits to be invoiced."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.sandbox.billing.catalog import Catalog, Levy, Offer
from orchestration.sandbox.billing.lines import Discount, Line, add_item
from orchestration.sandbox.billing.people import CHANNELS, Place, customer_form
from orchestration.sandbox.world.agenda import Agenda
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

if TYPE_CHECKING:
    from orchestration.sandbox.billing.calendar import Cadence
    from orchestration.sandbox.billing.invoices import Bill

_BRANDS = ("visa", "visa", "mastercard", "amex")
_SOFT, _HARD = ("insufficient_funds", "processing_error"), ("expired_card", "card_declined", "lost_card")
TROUBLE = 0.025  # share of payments at which a card that worked begins to be declined


@dataclass(slots=True)
class Client:
    """One customer, being lived.

    Attributes:
        is_calm: Only what its story tells happens to it, nothing by chance.
        lag: Seconds from the draft of a renewal to its finalization, about an hour.
        is_invoiced: It buys by invoice, beside or instead of a subscription.
        is_gone: Deleted at its own wish.
        discount: A coupon on everything that it buys.
        pending: Lines whose invoice items wait for the next invoice.
        owing: Bills whose last attempt to be paid was declined.
        decline_code: Why its card is declined; None while it works.
        declined_until: When a declined card works again by itself; 0 for never.
    """

    books: Books
    agenda: Agenda
    rng: random.Random
    catalog: Catalog
    place: Place
    customer: Obj
    is_calm: bool
    levies: tuple[Levy, ...]
    method: str
    brand: str
    lag: int
    is_invoiced: bool
    is_gone: bool = False
    discount: Discount | None = None
    pending: list[Line] = field(default_factory=list)
    owing: list[Bill] = field(default_factory=list)
    decline_code: str | None = None
    declined_until: int = 0

    @property
    def currency(self) -> str:
        """Currency of its prices and invoices."""
        return self.place.currency

    @property
    def settles_in(self) -> str:
        """Currency of the balance that its payments go to: the company has no bank account in pounds."""
        return "usd" if self.place.currency == "gbp" else self.place.currency

    def offer(self, plan: str, cadence: Cadence | None) -> Offer:
        """The price of a plan in the customer's currency."""
        return self.catalog.offers[self.place.currency, plan, cadence]

    def decline(self, at: int) -> str | None:
        """Why a payment is declined at this moment; None when it goes through."""
        if self.decline_code and self.declined_until and at >= self.declined_until:
            self.decline_code = None
        if not self.decline_code and not self.is_calm and self.rng.random() < TROUBLE:
            self._run_into_trouble(at)
        return self.decline_code

    def break_card(self, at: int, code: str, until: int = 0) -> None:
        """From now on payments are declined, until an instant or for good."""
        self.decline_code, self.declined_until = code, until

    def replace_card(self, at: int) -> None:
        """The customer stores another card, which works."""
        if self.is_gone:
            return
        settings = {**self.customer["invoice_settings"], "default_payment_method": self.books.new_id("pm_1")}
        self.books.change(self.customer, at, "customer.updated", invoice_settings=settings)
        self.decline_code = None

    def move_balance(
        self, kind: str, amount: int, at: int, *, invoice: str | None = None, credit_note: str | None = None
    ) -> Obj:
        """Change the balance by minor units; negative is credit for the customer. Returns the transaction."""
        customer = self.customer
        balance = customer["balance"] + amount
        self.books.change(customer, at, "customer.updated", balance=balance)
        transaction = {
            "id": self.books.new_id("cbtxn_1"),
            "object": "customer_balance_transaction",
            "amount": amount,
            "created": at,
            "credit_note": credit_note,
            "currency": self.currency,
            "customer": customer["id"],
            "description": None,
            "ending_balance": balance,
            "invoice": invoice,
            "livemode": True,
            "metadata": {},
            "type": kind,
        }
        return self.books.add(PLATFORM, transaction)

    def charge_later(self, line: Line, at: int) -> Line:
        """Keep an invoice item pending until the next invoice of its subscription."""
        add_item(self.books, self.customer["id"], line, at)
        self.pending.append(line)
        return line

    def take_pending(self, subscription: str) -> list[Line]:
        """The lines that wait for an invoice of this subscription; they wait no longer."""
        if not self.pending:
            return []
        taken = [line for line in self.pending if line.subscription == subscription]
        self.pending = [line for line in self.pending if line.subscription != subscription]
        return taken

    def owe(self, bill: Bill, at: int) -> None:
        """A payment of this bill was declined: the customer is delinquent."""
        if bill not in self.owing:
            self.owing.append(bill)
        if not self.customer["delinquent"]:
            self.books.change(self.customer, at, "customer.updated", delinquent=True)

    def forget(self, bill: Bill, at: int) -> None:
        """This bill is owed no longer; the customer is delinquent only while others are."""
        if bill in self.owing:
            self.owing.remove(bill)
            if not self.owing:
                self.books.change(self.customer, at, "customer.updated", delinquent=False)

    def delete(self, at: int) -> None:
        """Forget a customer who owes nothing."""
        if not self.owing:
            self.books.delete(self.customer, at, "customer.deleted")
            self.is_gone = True

    def ticket(self, at: int, kind: str) -> None:
        """The customer writes to support."""
        self.books.notes["ticket"].append({"customer": self.customer["id"], "at": at, "kind": kind})

    def _run_into_trouble(self, at: int) -> None:
        """A card begins to be declined: for some days, until it is replaced, or for good."""
        rng = self.rng
        if rng.random() < 0.5:
            self.break_card(at, rng.choice(_SOFT), at + rng.randrange(1, 10) * DAY)
            return
        self.break_card(at, rng.choice(_HARD))
        if rng.random() < 0.6:
            self.agenda.at(at + rng.randrange(DAY, 12 * DAY), self.replace_card)


def sign_up(
    books: Books,
    catalog: Catalog,
    rng: random.Random,
    number: int,
    at: int,
    place: Place,
    *,
    is_calm: bool,
    method: str,
    is_invoiced: bool,
) -> Client:
    """A new customer, and the campaign that brought it."""
    customer = customer_form(books, rng, number, place, at)
    books.add(PLATFORM, customer, "customer.created")
    channel = rng.choice(tuple(CHANNELS))
    campaign = rng.choice(CHANNELS[channel])
    books.notes["channel"].append(
        {"customer": customer["id"], "at": at, "channel": channel, "campaign": campaign}
    )
    is_taxed = customer["tax_exempt"] == "none" and place.city != "Portland"
    return Client(
        books,
        Agenda(books.end),
        rng,
        catalog,
        place,
        customer,
        is_calm,
        catalog.levies.get(place.country, ()) if is_taxed else (),
        method,
        rng.choice(_BRANDS),
        3600 + rng.randrange(240),
        is_invoiced,
    )
