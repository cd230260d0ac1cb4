"""One balance on its way through the story: what is available, what waits for a payout, what befalls it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from orchestration.sandbox.treasury.schedules import Schedule
from orchestration.sandbox.world.books import Books, Pool
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY


@dataclass(slots=True)
class Till:
    """A tenant's balance in one currency, day by day; days count from 1970-01-01.

    Attributes:
        pool: Per sweep day what becomes available.
        destination: The bank account that payouts go to.
        incidents: What is to befall its payouts, as (first possible day, kind), the earliest last.
        minimum: What an automatic payout leaves on the balance, in minor units.
        is_covered: The platform stands for it when it is negative.
        balance: Available and not paid out yet; may be negative.
        waiting: Sweep days that no payout has taken yet.
        sweeps: Per sweep day the automatic payout that took it.
        negative_since: Since when the balance is negative; None when it is not.
        reserved: What is held back on the platform's balance because of that.
    """

    books: Books
    rng: Random
    tenant: str
    currency: str
    pool: Pool
    schedule: Schedule
    destination: str
    incidents: list[tuple[int, str]]
    minimum: int = 0
    is_covered: bool = False
    balance: int = 0
    waiting: list[int] = field(default_factory=list)
    sweeps: dict[int, str] = field(default_factory=dict)
    negative_since: int | None = None
    reserved: int = 0

    def open_day(self, day: int) -> None:
        """Take in what becomes available at midnight."""
        net = self.pool.get(day)
        if net is not None:
            self.balance += net
            self.waiting.append(day)

    def post_at_midnight(
        self, day: int, kind: str, amount: int, at: int, source: str | None, text: str
    ) -> None:
        """Book a transaction that takes part in this day's payout; its category is called like its type."""
        self.books.post(
            self.tenant,
            kind,
            kind,
            amount,
            self.currency,
            at,
            source=source,
            available_on=day * DAY,
            description=text,
        )
        self.balance += amount
        if not self.waiting or self.waiting[-1] != day:
            self.waiting.append(day)

    def take_all(self, payout: Obj | None) -> None:
        """Everything is paid out, by an automatic payout or, with None, by one that says not of what."""
        if payout is not None:
            for day in self.waiting:
                self.sweeps[day] = payout["id"]
        self.waiting.clear()
        self.balance = 0

    def due(self, day: int, *kinds: str) -> str | None:
        """The incident of one of these kinds that waits for its chance; it is not one any more afterwards."""
        if self.incidents and self.incidents[-1][0] <= day and self.incidents[-1][1] in kinds:
            return self.incidents.pop()[1]
        return None
