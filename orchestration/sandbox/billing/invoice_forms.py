"""Invoices and their payments in Stripe's shape; amounts are summed in `invoices`, nothing is booked here."""

from __future__ import annotations

from orchestration.sandbox.world.history import Obj

# A draft before anything is stated in it. Nested values are shared: they are replaced whole, never edited.
BLANK_INVOICE: Obj = {
    "id": None,
    "object": "invoice",
    "account_country": "US",
    "account_name": "Lantern Hill",
    "amount_due": 0,
    "amount_overpaid": 0,
    "amount_paid": 0,
    "amount_paid_off_stripe": 0,
    "amount_remaining": 0,
    "amount_shipping": 0,
    "application": None,
    "attempt_count": 0,
    "attempted": False,
    "auto_advance": True,
    "billing_reason": None,
    "collection_method": "charge_automatically",
    "created": None,
    "currency": None,
    "customer": None,
    "customer_address": None,
    "customer_email": None,
    "customer_name": None,
    "customer_tax_exempt": "none",
    "default_payment_method": None,
    "description": None,
    "discounts": [],
    "due_date": None,
    "effective_at": None,
    "ending_balance": None,
    "lines": None,
    "livemode": True,
    "metadata": {},
    "next_payment_attempt": None,
    "number": None,
    "on_behalf_of": None,
    "parent": None,
    "period_end": None,
    "period_start": None,
    "post_payment_credit_notes_amount": 0,
    "pre_payment_credit_notes_amount": 0,
    "starting_balance": 0,
    "status": "draft",
    "status_transitions": {
        "finalized_at": None,
        "marked_uncollectible_at": None,
        "paid_at": None,
        "voided_at": None,
    },
    "subtotal": 0,
    "subtotal_excluding_tax": 0,
    "total": 0,
    "total_discount_amounts": [],
    "total_excluding_tax": 0,
    "total_pretax_credit_amounts": [],
    "total_taxes": [],
    "webhooks_delivered_at": None,
}


def subscription_parent(subscription: str, proration_date: int | None = None) -> Obj:
    """The `parent` of an invoice that a subscription made."""
    details: Obj = {"metadata": {}, "subscription": subscription}
    if proration_date is not None:
        details["subscription_proration_date"] = proration_date
    return {"type": "subscription_details", "quote_details": None, "subscription_details": details}


def invoice_payment_form(
    payment_id: str, invoice: Obj, intent: str, amount: int, at: int, is_paid: bool
) -> Obj:
    """What ties a payment intent to an invoice: paid, or open after a declined attempt; minor units."""
    return {
        "id": payment_id,
        "object": "invoice_payment",
        "amount_paid": amount if is_paid else None,
        "amount_requested": amount,
        "created": at,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": True,
        "payment": {"type": "payment_intent", "payment_intent": intent},
        "status": "paid" if is_paid else "open",
        "status_transitions": {"canceled_at": None, "paid_at": at if is_paid else None},
    }
