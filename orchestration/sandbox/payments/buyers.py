"""Who buys in the web shop, in which currency, and what the shop sells."""

from __future__ import annotations

import random
from dataclasses import dataclass

from orchestration.sandbox.payments.forms import customer_form
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import half_up

_GOODS = (
    ("Lantern, brass", 4_900),
    ('Lantern, "storm" series', 7_900),
    ("Wicks, pack of 20", 1_200),
    ("Lamp oil, 1 l", 1_900),
    ("Café lights", 3_450),
    ("Glass chimney", 2_250),
    ("Wall bracket; wrought iron", 5_600),
    ("Gift card", 10_000),
    ("Table lamp", 12_900),
    ("Restoration kit", 24_800),
)
_SHIPPING = 690
_FIRST_NAMES = ("Ada", "Bruno", "Chloé", "Dilan", "Eve", "Jürgen", "Hana", "Ines", "Jack", "Kenji", "Noor")
_LAST_NAMES = ("Archer", "Brandt", "Castillo", "Dufour", "Evans", "Fujita", "O'Neill", "Al-Sabah", "Weiß")
_BRANDS = ("visa", "visa", "mastercard", "mastercard", "amex")


@dataclass(frozen=True, slots=True)
class Market:
    """Where a buyer lives.

    Attributes:
        settles_in: Balance that the payments go to; None for that of `currency`.
        price_percent: Minor units of `currency` per 100 US cents.
        step: What every amount is a multiple of, in minor units.
    """

    country: str
    currency: str
    settles_in: str | None
    price_percent: int
    step: int = 1

    @property
    def prices(self) -> tuple[int, ...]:
        """Minor units of each of the goods."""
        return tuple(self._price(cents) for _, cents in _GOODS)

    @property
    def shipping(self) -> int:
        return self._price(_SHIPPING)

    def _price(self, cents: int) -> int:
        return half_up(cents * self.price_percent, 100 * self.step) * self.step


MARKETS = (
    Market("US", "usd", None, 100),
    Market("DE", "eur", None, 95),
    Market("GB", "gbp", "usd", 80),
    Market("JP", "jpy", None, 155),
    Market("JP", "jpy", "usd", 155),
    Market("KW", "kwd", None, 308, step=10),
)
EURO_MARKET = MARKETS[1]
_SHARES = (56, 76, 86, 93, 95, 100)  # of a hundred buyers, cumulated
_PRICES = {market: (market.prices, market.shipping) for market in MARKETS}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who buys now and then.

    Attributes:
        customer: Stripe's id of a known customer; None for a guest.
        reference: What the shop calls the buyer: the customer's id, or a guest's e-mail address.
    """

    market: Market
    customer: str | None
    reference: str
    billing_details: Obj
    payment_method: str
    brand: str

    def basket(self, rng: random.Random) -> tuple[int, str]:
        """What is bought this time: its amount in minor units, and its description."""
        prices, shipping = _PRICES[self.market]
        chosen = int(rng.random() * len(prices))
        amount = prices[chosen]
        luck = rng.random()
        if luck < 0.3:
            amount += prices[int(luck * 10 * len(prices)) % len(prices)]
        return (amount if luck > 0.5 else amount + shipping), _GOODS[chosen][0]


def draw_market(rng: random.Random) -> Market:
    """A market by its share of the buyers."""
    return rng.choices(MARKETS, cum_weights=_SHARES)[0]


def new_buyer(books: Books, rng: random.Random, number: int, market: Market, at: int) -> Buyer:
    """A buyer before the first purchase; two of three sign up and are customers in Stripe."""
    name = f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}"
    email = f"buyer{number:06d}@example.com"
    customer = None
    if rng.random() < 0.67:
        form = customer_form(books.new_id("cus_"), name, email, market.country, at)
        customer = books.add(PLATFORM, form, "customer.created")["id"]
    details = {
        "address": {"country": market.country},
        "email": email,
        "name": name,
        "phone": None,
    }
    method = books.new_id("pm_1")
    return Buyer(market, customer, customer or email, details, method, rng.choice(_BRANDS))
