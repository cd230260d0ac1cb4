"""The marketplace's own record of its orders, and how well it remembers their payments."""

from __future__ import annotations

import random

from orchestration.sandbox.payments.charges import Payment, Sale
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj

_CAUSES = (("none", "missing_reference", "wrong_reference"), (95, 98, 100))  # cumulative percentages


def place_order(books: Books, rng: random.Random, sale: Sale, customer_reference: str) -> Obj:
    """Note an order as it is placed; a payment whose reference will not get lost names the order in return.

    Status: open, paid or refunded (in full). `charges` is for the truth: those that brought its money.
    """
    cause = rng.choices(_CAUSES[0], cum_weights=_CAUSES[1])[0]
    order: Obj = {
        "order_id": books.new_id("MO-"),
        "ordered_at": sale.created,
        "customer_reference": customer_reference,
        "amount_minor": sale.amount,
        "currency": sale.currency,
        "payment_reference": "",
        "status": "open",
        "charges": [],
        "cause": cause,
    }
    if cause == "none":
        sale.metadata = {"order_id": order["order_id"]}
    books.notes["order"].append(order)
    return order


def mark_paid(rng: random.Random, order: Obj, payment: Payment) -> None:
    """Note what paid an order: the id of the charge or its payment intent, mistyped, or nothing."""
    charge_id: str = payment.charge["id"]
    order["status"] = "paid"
    order["charges"] = [charge_id]
    if order["cause"] == "missing_reference":
        return
    reference = charge_id if rng.random() < 0.7 else payment.intent["id"]
    order["payment_reference"] = _mistyped(reference) if order["cause"] == "wrong_reference" else reference


def _mistyped(reference: str) -> str:
    """The last two different neighbours swapped."""
    for place in range(len(reference) - 1, 0, -1):
        left, right = reference[place - 1], reference[place]
        if left != right:
            return reference[: place - 1] + right + left + reference[place + 1 :]
    return reference
