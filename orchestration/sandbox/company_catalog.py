"""What the company sells: products, prices with their legacy plans, coupons, tax rates, customers."""

from __future__ import annotations

from orchestration.sandbox.facts import DAY, PLATFORM, START, Books, Obj

_LONG_AGO = START - 60 * DAY
_CITIES = {"US": "Portland", "DE": "Leipzig", "GB": "Leeds", "JP": "Kobe", "KW": "Kuwait City"}
_NAMES = [
    "Alder & Finch LLC",
    "Brightwater Studio",
    "Müller Feinmechanik GmbH",
    "Copperfield, Inc.",
    'The "Quiet" Press',
    "Nordlicht Verlag",
    "Harbour Nine",
    "Oak Row Dental",
    "Pine Street Bakery",
    "Salt & Timber",
    "Tidepool Labs",
    "Umbra Optics",
]


def add_product(books: Books, name: str) -> Obj:
    """An active service, created before the story starts."""
    return books.add(
        PLATFORM,
        {
            "id": books.new_id("prod_", 14),
            "object": "product",
            "active": True,
            "created": _LONG_AGO,
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
            "updated": _LONG_AGO,
            "url": None,
        },
    )


def add_price(
    books: Books, product: Obj, amount: int, currency: str, interval: str | None, nickname: str
) -> Obj:
    """A price per unit in minor units; a recurring one also exists as a plan of the same id."""
    price: Obj = {
        "id": books.new_id("price_1"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": _LONG_AGO,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": True,
        "lookup_key": None,
        "metadata": {},
        "nickname": nickname,
        "product": product["id"],
        "recurring": None,
        "tax_behavior": "exclusive",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if interval else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    if interval:
        price["recurring"] = {
            "interval": interval,
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        }
        books.add(PLATFORM, _plan_of(price))
    return books.add(PLATFORM, price)


def add_coupon(books: Books, name: str, percent: int | None, amount: int | None, months: int) -> Obj:
    """A coupon: percent off for some months, or a US dollar amount off once (months = 0)."""
    return books.add(
        PLATFORM,
        {
            "id": books.new_id("", 8),
            "object": "coupon",
            "amount_off": amount,
            "created": _LONG_AGO,
            "currency": "usd" if amount else None,
            "duration": "repeating" if months else "once",
            "duration_in_months": months or None,
            "livemode": True,
            "max_redemptions": None,
            "metadata": {},
            "name": name,
            "percent_off": percent,
            "redeem_by": None,
            "times_redeemed": 0,
            "valid": True,
        },
    )


def add_tax_rate(books: Books, name: str, country: str, state: str | None, percent: float) -> Obj:
    """An exclusive tax rate, in percent as Stripe prints it."""
    return books.add(
        PLATFORM,
        {
            "id": books.new_id("txr_1"),
            "object": "tax_rate",
            "active": True,
            "country": country,
            "created": _LONG_AGO,
            "description": None,
            "display_name": name,
            "effective_percentage": percent,
            "inclusive": False,
            "jurisdiction": country,
            "jurisdiction_level": "state" if state else "country",
            "livemode": True,
            "metadata": {},
            "percentage": percent,
            "state": state,
            "tax_type": "sales_tax" if state else "vat",
        },
    )


def add_customer(books: Books, tenant: str, country: str, currency: str, created: int) -> Obj:
    """A customer with an invented name; every third one has metadata."""
    number = len(books.objects["customer"])
    name = _NAMES[number % len(_NAMES)]
    address = {
        "city": _CITIES[country],
        "country": country,
        "line1": f"{number + 1} Sample Street",
        "line2": None,
        "postal_code": f"{10000 + number}",
        "state": "OR" if country == "US" else None,
    }
    return books.add(
        tenant,
        {
            "id": books.new_id("cus_", 14),
            "object": "customer",
            "address": address,
            "balance": 0,
            "created": created,
            "currency": currency,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": f"customer{number + 1}@example.com",
            "invoice_prefix": books.new_id("", 8).upper(),
            "livemode": True,
            "metadata": {"crm_id": f"C-{number + 1:04d}"} if number % 3 == 0 else {},
            "name": name,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
        },
    )


def _plan_of(price: Obj) -> Obj:
    """The legacy plan that Stripe lists under a recurring price's id."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": True,
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": 1,
        "livemode": True,
        "metadata": {},
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
