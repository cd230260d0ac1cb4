"""Minor units, currency exponents and daily rates; integers only, floats appear when a rate is printed."""

from __future__ import annotations

import random

DAY = 86_400
RATE_SCALE = 1_000_000  # a rate has six decimals
EXPONENTS = {"usd": 2, "eur": 2, "gbp": 2, "jpy": 0, "kwd": 3}
_PER_USD = {"eur": 920_000, "gbp": 790_000, "jpy": 155_000_000, "kwd": 308_000}

Rates = dict[int, dict[str, int]]  # midnight -> currency -> units per US dollar, scaled


def half_up(numerator: int, denominator: int) -> int:
    """The nearest integer to a quotient, halves away from zero; the denominator is positive."""
    if numerator < 0:
        return -((-numerator * 2 + denominator) // (denominator * 2))
    return (numerator * 2 + denominator) // (denominator * 2)


def daily_rates(rng: random.Random, start: int, end: int) -> Rates:
    """A walk of at most 0.4 % a day around a base rate, from the day before `start` to that of `end`."""
    today = dict(_PER_USD)
    rates: Rates = {}
    for midnight in range(start - DAY, end + DAY, DAY):
        for currency, units in today.items():
            today[currency] = units + units * rng.randint(-40, 40) // 10_000
        rates[midnight] = {"usd": RATE_SCALE, **today}
    return rates


def converted(rates: Rates, amount: int, source: str, target: str, at: int) -> tuple[int, int | None]:
    """An amount in the target's minor units at the day's rate, half up, and that rate, scaled.

    The rate is units of the target per unit of the source, both in major units, as Stripe prints
    `exchange_rate`; None when nothing is converted.
    """
    if source == target:
        return amount, None
    today = rates[at // DAY * DAY]
    rate = today[target] * RATE_SCALE // today[source]
    exponent = EXPONENTS[target] - EXPONENTS[source]
    if exponent >= 0:
        return half_up(amount * rate * 10**exponent, RATE_SCALE), rate
    return half_up(amount * rate, RATE_SCALE * 10**-exponent), rate
