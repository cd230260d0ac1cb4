"""Stripe's billing calendar: periods are counted from an anchor, never from the period before.

So what begins on the 31st is billed on the last day of shorter months and on the 31st again afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from orchestration.sandbox.world.money import DAY

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def _month(index: int) -> tuple[int, int]:
    """First midnight of a month (year x 12 + month - 1, UTC) and how many days it has."""
    first, following = (
        int(datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC).timestamp())
        for number in (index, index + 1)
    )
    return first, (following - first) // DAY


@cache
def _date(day: int) -> tuple[int, int]:
    """The month that a day since 1970 falls into, as `_month` counts them, and the day of that month."""
    date = datetime.fromtimestamp(day * DAY, UTC)
    return date.year * 12 + date.month - 1, date.day


def months_later(anchor: int, months: int) -> int:
    """The anchor's day and second of the day, `months` later; the last day where a month is too short."""
    number, second = divmod(anchor, DAY)
    month, day = _date(number)
    first, days = _month(month + months)
    return first + (min(day, days) - 1) * DAY + second


def printed_day(at: int) -> str:
    """A day as Stripe prints it on prorations, such as 21 Apr 2026."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a price bills: every `count` weeks, months or years."""

    interval: str
    count: int

    def after(self, anchor: int, periods: int) -> int:
        """When the period with this number, counted from 0 at the anchor, begins; epoch seconds."""
        if self.interval == "week":
            return anchor + periods * self.count * 7 * DAY
        return months_later(anchor, periods * self.count * (12 if self.interval == "year" else 1))


WEEKLY, MONTHLY, QUARTERLY, YEARLY = (
    Cadence("week", 1),
    Cadence("month", 1),
    Cadence("month", 3),
    Cadence("year", 1),
)
