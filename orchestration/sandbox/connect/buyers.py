"""Who buys from one seller: customers of the seller's own account, customers of the platform, and guests."""

from __future__ import annotations

import random
from dataclasses import dataclass

from orchestration.sandbox.payments.forms import customer_form
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj

_GIVEN = (
    "Ada",
    "Björn",
    "Chloé",
    "Dmitri",
    "Emi",
    "Fatima",
    "Grace",
    "Hiro",
    "Inés",
    "Jan",
    "Khalid",
    "Lena",
)
_FAMILY = (
    "Abe",
    "Brandt",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "King",
)
_REMEMBERED = 60  # the latest customers, among whom a returning one is found


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody at the till.

    Attributes:
        customer: Stripe's id on the account that takes the charge; None for a guest.
        reference: What the marketplace calls the buyer: the customer's id, or a guest's e-mail address.
    """

    customer: str | None
    reference: str
    billing_details: Obj


class Buyers:
    """The buyers of one seller; about every third sale is to a new customer, every eighth to a guest."""

    def __init__(self, books: Books, rng: random.Random, seller: int, country: str) -> None:
        self._books, self._rng = books, rng
        self._seller, self._country = seller, country
        self._customers: dict[str, list[Buyer]] = {}
        self._count = 0

    def next(self, tenant: str, at: int) -> Buyer:
        """Who buys on an account now: a customer of it, old or new, or a guest."""
        dice = self._rng.randrange(24)
        customers = self._customers.setdefault(tenant, [])
        if dice < 13 and customers:
            return self._rng.choice(customers[-_REMEMBERED:])
        buyer = self._newcomer(tenant, at, is_guest=dice >= 21)
        if buyer.customer:
            customers.append(buyer)
        return buyer

    def _newcomer(self, tenant: str, at: int, *, is_guest: bool) -> Buyer:
        self._count += 1
        number = self._count
        given = _GIVEN[number % len(_GIVEN)]
        name = f"{given} {_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}"
        email = f"buyer{number}.of{self._seller + 1}@example.org"
        details = {"address": {"country": self._country}, "email": email, "name": name, "phone": None}
        if is_guest:
            return Buyer(None, email, details)
        form = customer_form(self._books.new_id("cus_"), name, email, self._country, at)
        customer: str = self._books.add(tenant, form, "customer.created")["id"]
        return Buyer(customer, customer, details)
