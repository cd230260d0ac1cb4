"""Empty forms of Stripe's payment objects: every field that carries a fact, most of them null.

Shapes only: no amounts are computed here and nothing is added to the books. Nested parts that are the same
for many objects are one dict in memory, which is safe because nested values are never edited in place.
"""

from __future__ import annotations

from functools import cache

from orchestration.sandbox.world.history import Obj

_NOBODY: Obj = {"address": None, "email": None, "name": None, "phone": None}
_NOTHING: Obj = {}
_APPROVED: Obj = {
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_OWN_BALANCE: Obj = {"type": "stripe_account", "stripe_account": {}}


def charge_form(charge_id: str, amount: int, currency: str, created: int) -> Obj:
    """A captured, successful charge of `amount` minor units without customer or transaction."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _NOBODY,
        "calculated_statement_descriptor": "LANTERN HILL",
        "captured": True,
        "created": created,
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": _NOTHING,
        "livemode": True,
        "metadata": _NOTHING,
        "on_behalf_of": None,
        "outcome": _APPROVED,
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": _OWN_BALANCE,
        "receipt_email": None,
        "refunded": False,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


@cache
def method_details(method: str, country: str, brand: str) -> Obj:
    """`payment_method_details` of a card or a SEPA debit."""
    if method == "sepa_debit":
        return {"type": method, method: {"country": country, "last4": "3000"}}
    card = {"brand": brand, "country": country, "funding": "credit", "last4": "4242"}
    return {"type": "card", "card": card}


@cache
def _kinds(kind: str) -> list[str]:
    return [kind]


def intent_form(intent_id: str, charge: Obj) -> Obj:
    """The succeeded payment intent behind a charge; it shares amount, customer and metadata with it."""
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": charge["amount"],
        "amount_capturable": 0,
        "amount_received": charge["amount_captured"],
        "application": charge["application"],
        "application_fee_amount": charge["application_fee_amount"],
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": charge["created"],
        "currency": charge["currency"],
        "customer": charge["customer"],
        "description": charge["description"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "livemode": True,
        "metadata": charge["metadata"],
        "on_behalf_of": charge["on_behalf_of"],
        "payment_method": charge["payment_method"],
        "payment_method_types": _kinds(charge["payment_method_details"]["type"]),
        "receipt_email": charge["receipt_email"],
        "setup_future_usage": None,
        "statement_descriptor": None,
        "status": "succeeded",
        "transfer_data": charge["transfer_data"],
        "transfer_group": charge["transfer_group"],
    }


def refund_form(refund_id: str, charge: Obj, amount: int, created: int, reason: str | None) -> Obj:
    """A succeeded refund of `amount` minor units of the charge's currency."""
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "description": None,
        "destination_details": None,
        "failure_balance_transaction": None,
        "failure_reason": None,
        "metadata": _NOTHING,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute_form(dispute_id: str, charge: Obj, created: int, status: str, reason: str) -> Obj:
    """A dispute over the whole charge."""
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": created + 9 * 86_400,
            "has_evidence": status == "won",
            "past_due": False,
            "submission_count": int(status == "won"),
        },
        "is_charge_refundable": False,
        "livemode": True,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }


def customer_form(customer_id: str, name: str, email: str, country: str, created: int) -> Obj:
    """A customer who was never invoiced; Stripe gives them a currency only then."""
    return {
        "id": customer_id,
        "object": "customer",
        "address": {
            "city": None,
            "country": country,
            "line1": None,
            "line2": None,
            "postal_code": None,
            "state": None,
        },
        "balance": 0,
        "created": created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "invoice_prefix": customer_id[-8:].upper(),
        "livemode": True,
        "metadata": _NOTHING,
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
    }
