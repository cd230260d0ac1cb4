"""Bank debits: in the balance as pending at once, known to have succeeded or failed only days later."""

from __future__ import annotations

from orchestration.sandbox.payments.charges import Payment, Sale, keep_attempt, new_attempt, settle_charge
from orchestration.sandbox.world.books import Books


def start_debit(books: Books, sale: Sale) -> Payment:
    """Ask the customer's bank for money: a pending charge whose transaction is not available for days."""
    charge, intent = new_attempt(books, sale)
    transaction = settle_charge(books, sale, charge, sale.created)
    charge.update(balance_transaction=transaction["id"], paid=False, status="pending")
    intent.update(amount_received=0, status="processing")
    keep_attempt(books, sale, charge, intent, ("payment_intent.processing", "charge.pending"))
    return Payment(sale.tenant, charge, intent, transaction)


def confirm_debit(books: Books, payment: Payment, at: int) -> None:
    """The customer's bank has paid."""
    amount = payment.charge["amount"]
    books.change(payment.charge, at, "charge.succeeded", paid=True, status="succeeded")
    books.change(payment.intent, at, "payment_intent.succeeded", amount_received=amount, status="succeeded")


def fail_debit(books: Books, payment: Payment, at: int) -> None:
    """The customer's bank refuses: what was booked is taken back on the day that it would be available."""
    charge, booked = payment.charge, payment.transaction
    assert booked is not None, charge["id"]
    _, rate = books.convert(charge["amount"], charge["currency"], booked["currency"], booked["created"])
    back = books.post(
        payment.tenant,
        "payment_failure_refund",
        "charge_failure",
        -booked["amount"],
        booked["currency"],
        at,
        source=charge["id"],
        available_on=max(at, booked["available_on"]),
        description=f"REFUND FOR FAILED PAYMENT ({charge['description']})",
        rate=rate,
    )
    message = "The customer's account has insufficient funds to cover this payment."
    code, error = "insufficient_funds", "payment_intent_payment_attempt_failed"
    outcome = {
        "network_status": "declined_by_network",
        "reason": code,
        "risk_level": "not_assessed",
        "seller_message": message,
        "type": "issuer_declined",
    }
    books.change(
        charge,
        at,
        "charge.failed",
        amount_captured=0,
        failure_balance_transaction=back["id"],
        failure_code=code,
        failure_message=message,
        outcome=outcome,
        paid=False,
        status="failed",
    )
    books.change(
        payment.intent,
        at,
        "payment_intent.payment_failed",
        last_payment_error={"type": "invalid_request_error", "code": error, "message": message},
        payment_method=None,
        status="requires_payment_method",
    )
