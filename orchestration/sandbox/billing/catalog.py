"""What the company sells and how it is taxed and discounted: standing objects that all lives refer to.

The catalog stands before the story begins. Redemptions of coupons are noted as lives are lived, one after the
other, and brought into the order of time at the end by `close`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sandbox.billing.calendar import MONTHLY, QUARTERLY, WEEKLY, YEARLY, Cadence
from orchestration.sandbox.billing.catalog_forms import (
    coupon_form,
    plan_form,
    price_form,
    product_form,
    promotion_code_form,
    tax_rate_form,
)
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Change, Obj
from orchestration.sandbox.world.money import DAY, EXPONENTS, half_up

# plan, cadence, tenths of a US cent per unit, metered
_PRODUCTS: dict[str, tuple[tuple[str, Cadence | None, int, bool], ...]] = {
    "Lantern Starter": (
        ("starter", WEEKLY, 9_000, False),
        ("starter", MONTHLY, 29_000, False),
        ("starter", QUARTERLY, 79_000, False),
        ("starter", YEARLY, 290_000, False),
    ),
    "Lantern Team": (
        ("team", WEEKLY, 29_000, False),
        ("team", MONTHLY, 99_000, False),
        ("team", QUARTERLY, 279_000, False),
        ("team", YEARLY, 990_000, False),
        ("team 2024", MONTHLY, 79_000, False),
    ),
    "Lantern Business": (
        ("business", WEEKLY, 89_000, False),
        ("business", MONTHLY, 299_000, False),
        ("business", QUARTERLY, 839_000, False),
        ("business", YEARLY, 2_990_000, False),
    ),
    "Lantern Seats": (("seat", MONTHLY, 12_000, False), ("seat", YEARLY, 120_000, False)),
    "Priority support": (("support", MONTHLY, 49_000, False),),
    "Lantern API": (("calls", MONTHLY, 5, True),),
    "Lantern Archive": (("storage", MONTHLY, 250, True),),
    "Set-up": (("set-up", None, 500_000, False),),
    "Training": (("training", None, 1_200_000, False),),
    "Consulting": (("consulting", None, 150_000, False),),
    "Onboarding": (("onboarding", None, 0, False),),
    "Bank charges": (("bank charges", None, 200, False),),
    "Rebate": (("rebate", None, -1_000_000, False),),
}
# units per US cent: numerator, denominator, and how it is printed
_CURRENCIES = {
    "usd": (1, 1, "$"),
    "eur": (19, 20, "€"),
    "gbp": (4, 5, "£"),
    "jpy": (3, 2, "¥"),
    "kwd": (3, 1, "KWD "),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A price as an invoice needs it; `pricing` is what Stripe prints on lines and items."""

    key: str
    price: Obj
    plan: Obj | None
    cadence: Cadence | None
    is_metered: bool
    name: str
    text: str
    unit_tenths: int
    pricing: Obj

    def amount(self, quantity: int) -> int:
        """Price of so many units, in minor units, half up."""
        return half_up(self.unit_tenths * quantity, 10)


@dataclass(frozen=True, slots=True)
class Deal:
    """A coupon as an invoice needs it: a share in basis points, or minor units of `currency`."""

    coupon: Obj
    code: Obj
    basis_points: int | None
    amount_off: int
    currency: str | None
    duration: str
    months: int | None


@dataclass(frozen=True, slots=True)
class Levy:
    """A tax rate as an invoice needs it."""

    rate: Obj
    basis_points: int
    is_inclusive: bool

    @property
    def whole(self) -> int:
        """Basis points of the amount that it is a part of: of the price with it, if it is inclusive."""
        return 10_000 + self.basis_points if self.is_inclusive else 10_000


@dataclass
class Catalog:
    """Offers by (currency, plan, cadence), deals by name, levies by country."""

    offers: dict[tuple[str, str, Cadence | None], Offer] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    levies: dict[str, tuple[Levy, ...]] = field(default_factory=dict)


def open_catalog(books: Books) -> Catalog:
    """Create all standing objects, two months before the story begins."""
    catalog, created = Catalog(), books.start - 60 * DAY
    for name, lines in _PRODUCTS.items():
        product = product_form(books.new_id("prod_"), name, created)
        books.add(PLATFORM, product, "product.created", standing=True)
        for plan, cadence, tenths, is_metered in lines:
            for currency, (up, down, _) in _CURRENCIES.items():
                offer = _offer(
                    books, plan, product, currency, half_up(tenths * up, down), cadence, is_metered
                )
                catalog.offers[currency, plan, cadence] = offer
    for name, deal in {
        "spring": ("Spring: 20 % off for 3 months", 2_000, 0, None, "repeating", 3),
        "welcome": ("Welcome: $10 off", None, 1_000, "usd", "once", None),
        "nonprofit": ("Non-profits: 12.5 % off", 1_250, 0, None, "forever", None),
        "launch": ("Half of the first bill", 5_000, 0, None, "once", None),
        "loyal": ("Loyalty: $5 off for 6 months", None, 500, "usd", "repeating", 6),
        "gift": ("On the house", 10_000, 0, None, "once", None),
    }.items():
        catalog.deals[name] = _deal(books, name, *deal)
    for country, rates in {
        "US": (("Sales tax", "TX", 625, False), ("Austin tax", "TX", 200, False)),
        "DE": (("MwSt.", None, 1_900, False),),
        "FR": (("TVA", None, 2_000, False),),
        "GB": (("VAT", None, 2_000, True),),
        "JP": (("消費税", None, 1_000, True),),
    }.items():
        catalog.levies[country] = tuple(_levy(books, country, *rate) for rate in rates)
    return catalog


def redeem(books: Books, deal: Deal, at: int) -> None:
    """Note that a coupon was redeemed; `close` counts."""
    for obj in (deal.coupon, deal.code):
        kind = "promotion_code.updated" if obj is deal.code else "coupon.updated"
        books.history[obj["id"]].append(Change(at, kind, {}))


def close(books: Books) -> None:
    """Count the redemptions in the order of time. Closing twice changes nothing."""
    for name in ("coupon", "promotion_code"):
        for _, obj in books.standing[name]:
            birth, *redemptions = books.history[obj["id"]]
            books.history[obj["id"]] = [birth]
            obj["times_redeemed"] = 0
            for count, change in enumerate(sorted(redemptions, key=lambda change: change.at), start=1):
                books.change(obj, change.at, change.event, times_redeemed=count)


def _offer(
    books: Books,
    key: str,
    product: Obj,
    currency: str,
    tenths: int,
    cadence: Cadence | None,
    is_metered: bool,
) -> Offer:
    unit = _printed(tenths, currency)
    every = ""
    if cadence:
        every = f" / {cadence.interval}" if cadence.count == 1 else f" every {cadence.count} months"
    text = f"{product['name']} (at {unit}{every})"
    price = price_form(
        books.new_id("price_1"),
        product["id"],
        currency,
        tenths,
        cadence,
        is_metered,
        text,
        product["created"],
    )
    books.add(PLATFORM, price, "price.created", standing=True)
    plan = books.add(PLATFORM, plan_form(price), "plan.created", standing=True) if cadence else None
    pricing = {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": product["id"]},
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
    return Offer(key, price, plan, cadence, is_metered, product["name"], text, tenths, pricing)


def _printed(tenths: int, currency: str) -> str:
    """A unit price with its sign; the tenth of a minor unit only when there is one."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(abs(tenths), 10 ** (exponent + 1))
    digits = f"{rest:0{exponent + 1}d}"
    digits = digits[:-1] if digits.endswith("0") else digits
    sign = "-" if tenths < 0 else ""
    return f"{sign}{_CURRENCIES[currency][2]}{whole:,}{'.' if digits else ''}{digits}"


def _deal(
    books: Books,
    name: str,
    title: str,
    basis_points: int | None,
    amount_off: int,
    currency: str | None,
    duration: str,
    months: int | None,
) -> Deal:
    created = books.start - 60 * DAY
    coupon = coupon_form(
        books.new_id(""), title, basis_points, amount_off or None, currency, duration, months, created
    )
    code = promotion_code_form(books.new_id("promo_1"), name.upper(), coupon["id"], created)
    books.add(PLATFORM, coupon, "coupon.created", standing=True)
    books.add(PLATFORM, code, "promotion_code.created", standing=True)
    return Deal(coupon, code, basis_points, amount_off, currency, duration, months)


def _levy(
    books: Books, country: str, name: str, state: str | None, basis_points: int, is_inclusive: bool
) -> Levy:
    rate = tax_rate_form(
        books.new_id("txr_1"), name, country, state, basis_points, is_inclusive, books.start - 60 * DAY
    )
    return Levy(books.add(PLATFORM, rate, "tax_rate.created", standing=True), basis_points, is_inclusive)
