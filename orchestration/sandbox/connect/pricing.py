"""What things cost on the marketplace, and how the money of a sale is divided."""

from __future__ import annotations

import random

from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.world.history import Obj

# What a price in US cents becomes in another currency, roughly: parts per hundred of its minor units.
_PER_CENT = {"usd": 100, "eur": 92, "gbp": 79, "jpy": 155, "kwd": 308}
_FOREIGN = ("usd", "eur", "gbp")
_SCALES = (1, 1, 1, 1, 2, 2, 3, 5, 12)
_VAT = {"DE": 19, "FR": 20, "NL": 21, "JP": 10}  # on Stripe's fee, where Stripe bills the seller with tax


def price(rng: random.Random, home: str, least: int = 0) -> tuple[str, int]:
    """Currency and minor units of a purchase: the seller's own currency, or for one in twelve another.

    `least` is what it costs in any case, in US cents.
    """
    currency = rng.choice(_FOREIGN) if rng.randrange(12) == 0 else home
    cents = least + rng.randrange(900, 9_000) * rng.choice(_SCALES)
    return currency, cents * _PER_CENT[currency] // 100


def application_fee(amount: int, seller: int) -> int:
    """The platform's part of a sale: 5 to 14 percent, agreed with each seller."""
    return amount * (5 + seller % 10) // 100


def fee_tax_percent(country: str) -> int:
    """Tax on Stripe's fee for sellers of a country; 0 where there is none."""
    return _VAT.get(country, 0)


def shares_of(payment: Payment, account: Obj, partner: Obj | None) -> list[tuple[Obj, int]]:
    """What sellers get of a platform charge, in minor units of the balance that it went to.

    85 percent for one seller; 50 and 35 percent for two. The rest stays with the platform.
    """
    assert payment.transaction is not None
    settled = payment.transaction["amount"]
    if partner is None:
        return [(account, settled * 85 // 100)]
    return [(account, settled * 50 // 100), (partner, settled * 35 // 100)]
