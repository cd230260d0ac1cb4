"""Standing objects of billing in Stripe's shape: products, prices with their plans, coupons, tax rates."""

from __future__ import annotations

from orchestration.sandbox.billing.calendar import Cadence
from orchestration.sandbox.world.history import Obj


def product_form(product_id: str, name: str, created: int) -> Obj:
    """An active service."""
    return {
        "id": product_id,
        "object": "product",
        "active": True,
        "created": created,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": True,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": created,
        "url": None,
    }


def price_form(
    price_id: str,
    product: str,
    currency: str,
    unit_tenths: int,
    cadence: Cadence | None,
    metered: bool,
    nickname: str,
    created: int,
) -> Obj:
    """A price per unit, in tenths of a minor unit; without a cadence it is paid once."""
    whole, tenth = divmod(unit_tenths, 10)
    recurring = cadence and {
        "interval": cadence.interval,
        "interval_count": cadence.count,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "metered" if metered else "licensed",
    }
    return {
        "id": price_id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": True,
        "lookup_key": None,
        "metadata": {},
        "nickname": nickname,
        "product": product,
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": None if tenth else whole,
        "unit_amount_decimal": f"{whole}.{tenth}" if tenth else str(whole),
    }


def plan_form(price: Obj) -> Obj:
    """The legacy plan that Stripe lists under a recurring price's id."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": True,
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": True,
        "metadata": {},
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }


def coupon_form(
    coupon_id: str,
    name: str,
    basis_points: int | None,
    amount_off: int | None,
    currency: str | None,
    duration: str,
    months: int | None,
    created: int,
) -> Obj:
    """A coupon of a percentage (in basis points; Stripe prints percent) or of minor units of a currency."""
    return {
        "id": coupon_id,
        "object": "coupon",
        "amount_off": amount_off,
        "created": created,
        "currency": currency,
        "duration": duration,
        "duration_in_months": months,
        "livemode": True,
        "max_redemptions": None,
        "metadata": {},
        "name": name,
        "percent_off": None if basis_points is None else basis_points / 100,
        "redeem_by": None,
        "times_redeemed": 0,
        "valid": True,
    }


def promotion_code_form(code_id: str, code: str, coupon: str, created: int) -> Obj:
    """A code that customers type to redeem a coupon."""
    return {
        "id": code_id,
        "object": "promotion_code",
        "active": True,
        "code": code,
        "created": created,
        "customer": None,
        "expires_at": None,
        "livemode": True,
        "max_redemptions": None,
        "metadata": {},
        "promotion": {"type": "coupon", "coupon": coupon},
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
    }


def tax_rate_form(
    rate_id: str,
    name: str,
    country: str,
    state: str | None,
    basis_points: int,
    inclusive: bool,
    created: int,
) -> Obj:
    """A tax rate in basis points; Stripe prints percent."""
    return {
        "id": rate_id,
        "object": "tax_rate",
        "active": True,
        "country": country,
        "created": created,
        "description": None,
        "display_name": name,
        "effective_percentage": basis_points / 100,
        "flat_amount": None,
        "inclusive": inclusive,
        "jurisdiction": state or country,
        "jurisdiction_level": "state" if state else "country",
        "livemode": True,
        "metadata": {},
        "percentage": basis_points / 100,
        "rate_type": "percentage",
        "state": state,
        "tax_type": "sales_tax" if country == "US" else "vat",
    }
