"""Money back to customers: refunds, and refunds that the customer's bank sends back."""

from __future__ import annotations

from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.payments.forms import refund_form
from orchestration.sandbox.world.books import Books, Fee
from orchestration.sandbox.world.history import Obj


def refund(
    books: Books,
    payment: Payment,
    amount: int,
    at: int,
    reason: str | None = "requested_by_customer",
    *,
    fees: tuple[Fee, ...] = (),
    metadata: dict[str, str] | None = None,
) -> Obj:
    """Refund `amount` minor units of the charge's currency at the rate of the day; Stripe's fee is kept.

    Args:
        reason: "partial_capture" gives back what was authorized but not captured.
        fees: What comes back with it or is charged for it, such as a returned application fee (negative).

    Raises:
        ValueError: More than what is left of the charge.
    """
    charge = payment.charge
    if not 0 < amount <= payment.left:
        raise ValueError(f"{charge['id']}: refund of {amount}, but {payment.left} are left")
    is_card = charge["id"].startswith("ch_")
    back = refund_form(books.new_id("re_3" if is_card else "pyr_1"), charge, amount, at, reason)
    if metadata:
        back["metadata"] = metadata
    settled, rate = books.convert(amount, charge["currency"], payment.settled_in, at)
    transaction = books.post(
        payment.tenant,
        "refund" if is_card else "payment_refund",
        "partial_capture_reversal" if reason == "partial_capture" else "refund",
        -settled,
        payment.settled_in,
        at,
        source=back["id"],
        fees=fees,
        description=f"REFUND FOR {'CHARGE' if is_card else 'PAYMENT'} ({charge['description']})",
        rate=rate,
    )
    back["balance_transaction"] = transaction["id"]
    books.add(payment.tenant, back, "refund.created")
    refunded = charge["amount_refunded"] + amount
    books.change(
        charge, at, "charge.refunded", amount_refunded=refunded, refunded=refunded == charge["amount"]
    )
    return back


def fail_refund(books: Books, payment: Payment, refund: Obj, at: int) -> None:
    """The customer's bank cannot take a refund: exactly what it cost comes back, the charge is paid again."""
    charge, is_card = payment.charge, refund["id"].startswith("re_")
    sent, rate = books.convert(refund["amount"], charge["currency"], payment.settled_in, refund["created"])
    back = books.post(
        payment.tenant,
        "refund_failure" if is_card else "payment_refund",
        "refund_failure" if is_card else "refund",
        sent,
        payment.settled_in,
        at,
        source=refund["id"],
        description=f"REFUND FAILURE FOR {'CHARGE' if is_card else 'PAYMENT'} ({charge['description']})",
        rate=rate,
    )
    books.change(
        refund,
        at,
        "refund.failed",
        status="failed",
        failure_reason="lost_or_stolen_card" if is_card else "expired_or_canceled_card",
        failure_balance_transaction=back["id"],
    )
    books.change(
        charge,
        at,
        "charge.updated",
        amount_refunded=charge["amount_refunded"] - refund["amount"],
        refunded=False,
    )
