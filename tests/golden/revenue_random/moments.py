"""Instants and amounts as they make trouble: midnights, last seconds of a month, tiny and huge money."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)
HORIZON = datetime(2026, 3, 25)


def midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0)


def next_month(at: datetime) -> datetime:
    """The first instant of the month after."""
    return midnight(at.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    first = at.replace(day=1)
    for _ in range(months):
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return min(first + timedelta(days=at.day - 1), next_month(first) - timedelta(days=1) + (at - midnight(at)))


def shaped(rng: random.Random, at: datetime) -> datetime:
    """An instant near another one: at midnight, in the first or last second of a month, at noon, or as it is."""
    return rng.choices(
        [at, midnight(at), at.replace(hour=12, minute=0, second=0), at.replace(day=1, hour=0, minute=0, second=0),
         next_month(at) - SECOND, midnight(at) + timedelta(days=1) - SECOND],
        [45, 25, 5, 10, 10, 5])[0]


def between(rng: random.Random, first: datetime, last: datetime) -> datetime:
    return first + SECOND * rng.randrange((last - first) // SECOND + 1)


def after(rng: random.Random, at: datetime) -> datetime:
    """An instant later than another one: on the same day, within the month, months later."""
    days = rng.choices([1, 20, 45, 150, 400], [15, 30, 30, 20, 5])[0]
    found = shaped(rng, between(rng, at + SECOND, at + timedelta(days=days)))
    return found if found > at else at + SECOND * rng.randrange(1, 100_000)


def amount(rng: random.Random) -> int:
    """Minor units of a price: mostly ordinary, sometimes a few units, sometimes more than 64 bits can multiply by seconds."""
    size = rng.choices(["ordinary", "round", "tiny", "large", "huge"], [60, 20, 12, 6, 2])[0]
    if size == "round":
        return rng.choice([1_000, 3_000, 9_000, 12_000, 36_500, 100_000])
    low, high = {"ordinary": (100, 200_000), "tiny": (1, 40), "large": (10**6, 10**9), "huge": (10**11, 10**12)}[size]
    return rng.randint(low, high)


def part(rng: random.Random, whole: int) -> int:
    """Some of an amount, or all of it; at least one unit."""
    if whole <= 1 or rng.random() < 0.25:
        return whole
    return rng.choice([rng.randint(1, whole), max(whole // 2, 1), max(whole // 10, 1), whole - 1])


def service(rng: random.Random, at: datetime) -> tuple[datetime, datetime]:
    """A period of service around the instant of its invoice: before it, across it, from it on, later."""
    place = rng.choices(["from", "across", "before", "after"], [40, 25, 15, 20])[0]
    start = {
        "from": at, "across": at - timedelta(days=rng.randint(1, 70)),
        "before": at - timedelta(days=rng.randint(30, 200)), "after": at + timedelta(days=rng.randint(1, 80)),
    }[place]  # fmt: skip
    start = start if place == "from" and rng.random() < 0.5 else shaped(rng, start)
    length = rng.choices(["months", "days", "seconds", "years"], [55, 20, 15, 10])[0]
    end = {
        "months": months_later(start, rng.choice([1, 1, 2, 3, 6, 12])), "days": start + timedelta(days=rng.randint(1, 120)),
        "seconds": start + SECOND * rng.randint(1, 40 * 86_400), "years": months_later(start, rng.choice([18, 24, 36])),
    }[length]  # fmt: skip
    if place == "before":
        end = max(min(end, at), start + SECOND)
    return start, end
