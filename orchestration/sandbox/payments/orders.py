"""The shop's own record of its orders, which knows Stripe only by a reference, and not always the right one."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from orchestration.sandbox.payments.buyers import Buyer
from orchestration.sandbox.payments.charges import Payment, Sale
from orchestration.sandbox.world.agenda import Agenda
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj

_UNPAID = "unpaid"


@dataclass(slots=True)
class Shopper:
    """One life: a buyer, its luck and its agenda; `references` are what the shop noted for it so far."""

    books: Books
    rng: Random
    agenda: Agenda
    buyer: Buyer
    number: int
    orders: int = 0
    references: list[str] = field(default_factory=list)

    def after(self, at: int, least_days: int, most_days: int) -> int:
        """A moment some days after another."""
        return at + self.rng.randrange(least_days * 86_400, most_days * 86_400)

    def share(self, amount: int, least_percent: int, most_percent: int) -> int:
        """A part of an amount in the market's steps, at least one of them."""
        step = self.buyer.market.step
        part = amount * self.rng.randrange(least_percent, most_percent) // 100
        return max(part // step * step, step)


@dataclass(slots=True)
class Order:
    """One order: the shop's note of it, what Stripe is told with each of its payments, and what goes wrong.

    Attributes:
        cause: What will be odd about the note once the order is paid.
    """

    note: Obj
    cause: str
    description: str
    metadata: dict[str, str]

    def sale(self, shopper: Shopper, amount: int, at: int, method: str = "card") -> Sale:
        """An attempt to be paid `amount` minor units for it."""
        buyer = shopper.buyer
        market = buyer.market
        return Sale(
            PLATFORM,
            buyer.customer,
            amount,
            market.currency,
            at,
            self.description,
            settles_in=market.settles_in,
            method=method,
            country=market.country,
            brand=buyer.brand,
            metadata=self.metadata,
            payment_method=buyer.payment_method if method == "card" else None,
            billing_details=buyer.billing_details,
        )


def new_order(shopper: Shopper, at: int, cause: str) -> Order:
    """Note an order that is to be paid at `at`; it was placed seconds to minutes before.

    The note holds what the shop exports and, for the truth, `charges` (those that brought its money) and
    `cause` (what is odd about the record: unpaid as long as there is no charge, then `none`,
    missing_reference, wrong_reference, repeated_reference, partial_payment or double_payment).
    Status: open, paid, refunded (in full) or canceled.
    """
    rng, buyer = shopper.rng, shopper.buyer
    shopper.orders += 1
    amount, description = buyer.basket(rng)
    order_id = f"LH-{shopper.number:06d}-{shopper.orders:02d}"
    luck = rng.random()
    note = {
        "order_id": order_id,
        "ordered_at": at - 5 - int(luck * 600),
        "customer_reference": buyer.reference,
        "amount_minor": amount,
        "currency": buyer.market.currency,
        "payment_reference": "",
        "status": "open",
        "charges": [],
        "cause": _UNPAID,
    }
    shopper.books.notes["order"].append(note)
    # now and then the shop's plug-in is older and passes nothing on
    metadata = {} if luck < 0.08 else {"order_id": order_id}
    return Order(note, cause, description, metadata)


def note_payment(shopper: Shopper, order: Order, payment: Payment) -> None:
    """The shop learns of a payment; it keeps its reference, or loses or spoils it."""
    note, references = order.note, shopper.references
    note["charges"].append(payment.charge["id"])
    if len(note["charges"]) > 1:
        return
    reference = payment.charge["id"] if shopper.rng.random() < 0.7 else payment.intent["id"]
    cause = order.cause
    if cause == "repeated_reference" and not references:
        cause = "none"
    if cause == "repeated_reference":
        reference = references[-1]
    elif cause == "wrong_reference":
        reference = reference[:-2] + ("00" if reference[-2:] != "00" else "11")
    elif cause == "missing_reference":
        reference = ""
    if cause == "none":
        references.append(reference)
    note.update(payment_reference=reference, cause=cause)


def note_failure(order: Order) -> None:
    """The shop learns that a payment which it had noted never came."""
    order.note["charges"].clear()
    order.note["cause"] = _UNPAID
