"""What every lived fault needs: randomness, an agenda, buyers and orders of the shop, and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from orchestration.sandbox.defects.marks import mark
from orchestration.sandbox.payments.charges import Payment, Sale
from orchestration.sandbox.payments.forms import customer_form
from orchestration.sandbox.world.agenda import Agenda
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj

HOUR = 3_600


@dataclass(frozen=True)
class Somebody:
    """Who buys; `reference` is what the shop calls them: a customer's id, or a guest's e-mail address."""

    reference: str
    payment_method: str
    customer: str | None = None
    country: str = "US"

    def buys(self, at: int, amount: int, description: str) -> Sale:
        """A sale of the platform in US dollars; `amount` in cents."""
        method, country = self.payment_method, self.country
        return Sale(
            PLATFORM, self.customer, amount, "usd", at, description, country=country, payment_method=method
        )


class Scene:
    """The stage of one defect; what happens on it depends on the seed and the defect alone."""

    def __init__(self, books: Books, defect: str) -> None:
        self.books, self.defect = books, defect
        self.rng: Random = books.rng("defect", defect)
        self.agenda = Agenda(books.end)

    def moment(self, first: int, last: int) -> int:
        """An instant between two hundredths of the story."""
        span = self.books.end - self.books.start
        return self.books.start + span * first // 100 + self.rng.randrange(span * (last - first) // 100)

    def guest(self, country: str = "US") -> Somebody:
        """A buyer without a customer object."""
        email = f"guest{self.rng.randrange(10**6):06d}@example.com"
        return Somebody(email, self.books.new_id("pm_1"), country=country)

    def regular(self, at: int, name: str) -> Somebody:
        """A guest who signs up and is a customer of the platform from now on."""
        guest = self.guest()
        form = customer_form(self.books.new_id("cus_"), name, guest.reference, guest.country, at)
        customer = self.books.add(PLATFORM, form, "customer.created")["id"]
        return replace(guest, reference=customer, customer=customer)

    def order(self, buyer: Somebody, amount: int, payment: Payment) -> Obj:
        """Note an order of `amount` minor units and the payment that it refers to."""
        charge = payment.charge
        note = {
            "order_id": self.books.new_id("LH-"),
            "ordered_at": charge["created"] - self.rng.randrange(5, 600),
            "customer_reference": buyer.reference,
            "amount_minor": amount,
            "currency": charge["currency"],
            "payment_reference": charge["id"],
            "status": "paid",
            "charges": [charge["id"]],
            "cause": "none",
        }
        self.books.notes["order"].append(note)
        return note

    def mark(self, label: str, tenant: str, obj: Obj, amount: int, what: str) -> None:
        """Label an object as part of this defect; arguments as in `marks.mark`."""
        self.books.notes["defect"].append(mark(self.defect, label, tenant, obj, amount, what))
