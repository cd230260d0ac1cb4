"""Subscriptions, their items and discounts in Stripe's shape."""

from __future__ import annotations

from orchestration.sandbox.billing.catalog import Deal, Levy, Offer
from orchestration.sandbox.world.history import Obj

NOT_CANCELLED: Obj = {"comment": None, "feedback": None, "feedback_option": None, "reason": None}


def subscription_form(
    subscription_id: str, customer: str, currency: str, created: int, *, levies: tuple[Levy, ...]
) -> Obj:
    """A subscription without items, whose first invoice is not paid yet."""
    return {
        "id": subscription_id,
        "object": "subscription",
        "application": None,
        "billing_cycle_anchor": created,
        "billing_mode": {"type": "classic", "flexible": None},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": NOT_CANCELLED,
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "customer": customer,
        "days_until_due": None,
        "default_payment_method": None,
        "default_tax_rates": [levy.rate for levy in levies],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "items": None,
        "latest_invoice": None,
        "livemode": True,
        "metadata": {},
        "on_behalf_of": None,
        "pause_collection": None,
        "schedule": None,
        "start_date": created,
        "status": "incomplete",
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
    }


def subscription_item_form(
    item_id: str, subscription: str, offer: Offer, quantity: int, created: int, end: int
) -> Obj:
    """An item in its first period, which ends at `end`; metered ones have no quantity."""
    item: Obj = {
        "id": item_id,
        "object": "subscription_item",
        "created": created,
        "current_period_end": end,
        "current_period_start": created,
        "discounts": [],
        "metadata": {},
        "plan": offer.plan,
        "price": offer.price,
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }
    if offer.is_metered:
        del item["quantity"]
    return item


def discount_form(
    discount_id: str, deal: Deal, customer: str, start: int, end: int | None, subscription: str | None = None
) -> Obj:
    """A coupon as redeemed for a subscription, or for everything that a customer buys."""
    return {
        "id": discount_id,
        "object": "discount",
        "checkout_session": None,
        "customer": customer,
        "end": end,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": deal.code["id"],
        "source": {"type": "coupon", "coupon": deal.coupon["id"]},
        "start": start,
        "subscription": subscription,
        "subscription_item": None,
    }
