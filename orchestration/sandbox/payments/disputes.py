"""Customers who ask their bank for the money: inquiries, disputes, early fraud warnings."""

from __future__ import annotations

from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.payments.forms import dispute_form
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import Obj

# What a dispute costs, in minor units of the balance that it is taken from.
DISPUTE_FEES = {"usd": 1500, "eur": 1500, "gbp": 1500, "jpy": 1500, "kwd": 5000}
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "duplicate": "12.6.1"}


def open_dispute(
    books: Books, payment: Payment, at: int, *, amount: int | None = None, reason: str = "fraudulent"
) -> Obj:
    """A dispute: the money is withdrawn at the rate of the day, with a fee of its own.

    Args:
        amount: Minor units of the charge's currency; None for what is not refunded, or for everything
            that was captured when nothing is left.
    """
    charge = payment.charge
    dispute = _dispute(books, payment, at, amount, reason, "needs_response")
    settled, rate = books.convert(dispute["amount"], charge["currency"], payment.settled_in, at)
    withdrawal = books.post(
        payment.tenant,
        "adjustment",
        "dispute",
        -settled,
        payment.settled_in,
        at,
        source=dispute["id"],
        fees=(("stripe_fee", DISPUTE_FEES[payment.settled_in], "Dispute fee", None),),
        description=f"Chargeback withdrawal for {charge['id']}",
        rate=rate,
    )
    books.change(dispute, at, "charge.dispute.funds_withdrawn", balance_transactions=[withdrawal])
    books.change(charge, at, "charge.updated", disputed=True)
    return dispute


def answer_dispute(books: Books, dispute: Obj, at: int) -> None:
    """Submit evidence against a dispute or an inquiry, which is then under review."""
    details = {**dispute["evidence_details"], "has_evidence": True, "submission_count": 1}
    status = "warning_under_review" if dispute["status"].startswith("warning") else "under_review"
    books.change(dispute, at, "charge.dispute.updated", status=status, evidence_details=details)


def close_dispute(books: Books, payment: Payment, dispute: Obj, at: int, won: bool) -> None:
    """The bank's decision: a win brings back exactly what was withdrawn, money and fee; a loss nothing."""
    if won:
        withdrawal = dispute["balance_transactions"][0]
        _, rate = books.convert(
            dispute["amount"], dispute["currency"], withdrawal["currency"], dispute["created"]
        )
        reversal = books.post(
            payment.tenant,
            "adjustment",
            "dispute_reversal",
            -withdrawal["amount"],
            withdrawal["currency"],
            at,
            source=dispute["id"],
            fees=(("stripe_fee", -withdrawal["fee"], "Dispute fee", None),),
            description=f"Chargeback reversal for {payment.charge['id']}",
            rate=rate,
        )
        transactions = [withdrawal, reversal]
        books.change(dispute, at, "charge.dispute.funds_reinstated", balance_transactions=transactions)
    books.change(dispute, at, "charge.dispute.closed", status="won" if won else "lost")


def open_inquiry(books: Books, payment: Payment, at: int, reason: str = "product_not_received") -> Obj:
    """A question of the bank before a dispute: no money moves and the charge can still be refunded."""
    inquiry = _dispute(books, payment, at, None, reason, "warning_needs_response")
    books.change(payment.charge, at, "charge.updated", disputed=True)
    return inquiry


def close_inquiry(books: Books, inquiry: Obj, at: int) -> None:
    """An inquiry that never became a dispute."""
    books.change(inquiry, at, "charge.dispute.closed", status="warning_closed", is_charge_refundable=False)


def warn_of_fraud(books: Books, payment: Payment, at: int) -> Obj:
    """The card's issuer suspects fraud: a warning that moves no money."""
    warning: Obj = {
        "id": books.new_id("issfr_1"),
        "object": "radar.early_fraud_warning",
        "actionable": payment.left > 0 and not payment.charge["disputed"],
        "charge": payment.charge["id"],
        "created": at,
        "fraud_type": "unauthorized_use_of_card",
        "livemode": True,
        "payment_intent": payment.charge["payment_intent"],
    }
    return books.add(payment.tenant, warning, "radar.early_fraud_warning.created")


def settle_warning(books: Books, warning: Obj, at: int) -> None:
    """Nothing can be done about a warning any more: its payment is refunded or disputed."""
    books.change(warning, at, "radar.early_fraud_warning.updated", actionable=False)


def _dispute(books: Books, payment: Payment, at: int, amount: int | None, reason: str, status: str) -> Obj:
    """The dispute as it is born, without money."""
    charge = payment.charge
    dispute = dispute_form(books.new_id("du_1"), charge, at, status, reason)
    dispute.update(
        amount=amount or payment.left or charge["amount_captured"],
        is_charge_refundable=status.startswith("warning"),
        network_reason_code=_NETWORK_CODES.get(reason, "10.4"),
    )
    return books.add(payment.tenant, dispute, "charge.dispute.created")
