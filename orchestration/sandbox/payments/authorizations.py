"""Cards that are authorized first and captured later, in whole, in part or never."""

from __future__ import annotations

from dataclasses import replace

from orchestration.sandbox.payments.charges import Payment, Sale, keep_attempt, new_attempt, settle_charge
from orchestration.sandbox.payments.forms import refund_form
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.books import Books

_EVENTS = ("payment_intent.amount_capturable_updated", "charge.succeeded")


def authorize(books: Books, sale: Sale) -> Payment:
    """Hold `sale.amount` on a card: a charge that is not captured, and no balance transaction."""
    charge, intent = new_attempt(books, sale)
    charge.update(amount_captured=0, captured=False)
    intent.update(
        amount_capturable=sale.amount, amount_received=0, capture_method="manual", status="requires_capture"
    )
    keep_attempt(books, sale, charge, intent, _EVENTS)
    return Payment(sale.tenant, charge, intent, None)


def capture(books: Books, sale: Sale, payment: Payment, amount: int, at: int) -> None:
    """Take `amount` of what was authorized: the whole charge is settled, the rest refunded at once."""
    charge = payment.charge
    payment.transaction = settle_charge(books, replace(sale, amount=amount), charge, at)
    books.change(
        charge,
        at,
        "charge.captured",
        amount_captured=amount,
        balance_transaction=payment.transaction["id"],
        captured=True,
    )
    books.change(
        payment.intent,
        at,
        "payment_intent.succeeded",
        amount_capturable=0,
        amount_received=amount,
        status="succeeded",
    )
    if amount < charge["amount"]:
        refund(books, payment, charge["amount"] - amount, at, "partial_capture")


def release(books: Books, payment: Payment, at: int, reason: str) -> None:
    """Give up an authorization: a refund without balance transaction, and a canceled payment intent.

    Args:
        reason: "expired" when the bank took the hold back, else "requested_by_customer".
    """
    charge, expired = payment.charge, reason == "expired"
    back = refund_form(books.new_id("re_3"), charge, charge["amount"], at, reason)
    if expired:
        back["reason"] = "expired_uncaptured_charge"
    books.add(payment.tenant, back, "refund.created")
    books.change(
        charge,
        at,
        "charge.expired" if expired else "charge.refunded",
        amount_refunded=charge["amount"],
        refunded=True,
    )
    books.change(
        payment.intent,
        at,
        "payment_intent.canceled",
        amount_capturable=0,
        canceled_at=at,
        cancellation_reason="automatic" if expired else reason,
        status="canceled",
    )
