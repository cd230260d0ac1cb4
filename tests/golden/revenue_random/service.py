"""The service of one line: how much of its worth is earned by the end of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.golden.revenue_random.facts import Sold
from tests.golden.revenue_random.local_days import LocalDays, day_after, month_of_day

SECOND = timedelta(seconds=1)
NEVER = 10_000 * 12


@dataclass(frozen=True)
class Rules:
    """What a company may choose: time zone, policy of what no rule names, and whether service before its bill is caught up."""

    days: LocalDays = LocalDays("UTC")
    policy: str = "by_instant"
    catch_up: bool = True


def rounded(exact: Fraction) -> int:
    """To a whole minor unit, half away from zero."""
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


def share_served(start: datetime, end: datetime, days: LocalDays) -> dict[int, Fraction]:
    """Month -> share of [start, end) that lies before the end of that month, by walking through its days."""
    whole, served, shares, day = (end - start) // SECOND, 0, {}, days.day_of(start)
    begins = start
    while begins < end:
        following = day_after(day)
        ends = min(end, days.start_of(following))
        served += (ends - begins) // SECOND
        if following.day == 1 or ends == end:
            shares[month_of_day(day)] = Fraction(served, whole)
        day, begins = following, ends
    return shares


class Line:
    """A line with its worth through time.

    Attributes:
        worth: What it is worth now, net of discount and tax, in the currency of its bill.
        books: What it was sold for, in the currency of the books.
        booked: First month in which the books know it.
        billed: Month of its bill.
    """

    def __init__(self, sold: Sold, billed_at: datetime | None, rules: Rules) -> None:
        days, start, end = rules.days, sold.start, sold.end
        policy = rules.policy if sold.policy == "by_instant" else sold.policy
        seen_at = sold.pending_since if sold.pending_since and start else billed_at
        assert seen_at
        if policy == "by_day" and start and end:
            start, end = days.midnight(start), days.midnight(end)
        if policy == "point_in_time" or not start or not end:
            start = end = seen_at
        self.sold = self.books = sold.net
        self.policy, self.worth, self.billed = policy, sold.net, days.month_of(billed_at) if billed_at else NEVER
        is_caught_up = rules.catch_up or start == end
        self.booked = max(days.month_of(seen_at), days.month_of(start)) if is_caught_up else days.month_of(start)
        self.history: list[tuple[int, int]] = [(0, self.worth)]
        self.shares = share_served(start, end, days) if start < end else {self.booked: Fraction(1)}
        self.first, self.last = min(self.shares), max(self.shares)
        # months of equal parts: the one in which service ends does not count, unless it is the only one
        self.parts = max(days.month_of(end) - self.first, 1)

    def share(self, month: int) -> Fraction:
        return Fraction(month >= self.last) if month not in self.shares else self.shares[month]

    def earned(self, worth: int, month: int) -> int:
        """What is earned of a worth by the end of a month."""
        if month < self.first:
            return 0
        if self.policy == "months_even":
            return rounded(worth * Fraction(min(month - self.first + 1, self.parts), self.parts))
        between = self.last - self.first - 1
        if self.policy == "months_even_prorated" and between > 0 and self.first < month < self.last - 1:
            first = rounded(worth * self.share(self.first))
            rest = rounded(worth * self.share(self.last - 1)) - first
            return first + (month - self.first) * (abs(rest) // between) * (1 if rest >= 0 else -1)
        return rounded(worth * self.share(month))

    def value(self, worth: int) -> int:
        """A worth in the currency of the books, at the rate of the sale."""
        return rounded(Fraction(worth * self.books, self.sold))

    def change(self, take: int, month: int) -> tuple[int, int]:
        """Take something off its worth from a month on: what that is in the books, and what of it earlier months had earned."""
        before, self.worth = self.worth, self.worth - take
        self.history.append((month, self.worth))
        value, left = self.value(before), self.value(self.worth)
        if self.booked >= month:
            return value - left, 0
        return value - left, self.earned(value, month - 1) - self.earned(left, month - 1)

    def earned_by(self, month: int) -> int:
        """What the books show as earned at the end of a month."""
        return self.earned(self.value_at(month), month) if month >= self.booked else 0

    def value_at(self, month: int) -> int:
        return self.value([worth for since, worth in self.history if since <= month][-1])
