"""What can happen to a charge: refunds, refunds that fail, a dispute, its end, a debit that comes back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from tests.golden.revenue_random.facts import Event
from tests.golden.revenue_random.moments import HORIZON, after, part


@dataclass
class Paid:
    """A charge: the event that made it (-1: the bill itself), and what became of it.

    Attributes:
        left: What is not refunded.
        refunds: Number of the refund and its amount, of those that have not failed.
        dispute: Number of the dispute and its amount, while it is open.
    """

    of: int
    amount: int
    left: int
    refunds: list[tuple[int, int]] = field(default_factory=list)
    dispute: tuple[int, int] | None = None
    was_disputed: bool = False
    failed: bool = False


class Life:
    """The events of one bill, in their order; subclasses say what may happen next."""

    def __init__(self, rng: random.Random, at: datetime) -> None:
        self.rng, self.at = rng, at
        self.events: list[Event] = []
        self.charges: list[Paid] = []

    def happen(self, kind: str, **more: object) -> int:
        """Number of the event."""
        self.events.append(Event(kind, self.at, **more))  # type: ignore[arg-type]
        return len(self.events) - 1

    def moves(self) -> dict[str, int]:
        """What may happen next, with its weight."""
        return {}

    def live(self) -> list[Event]:
        for _ in range(self.rng.choices([0, 1, 2, 3, 4, 6, 9], [8, 18, 22, 20, 15, 12, 5])[0]):
            self.at, moves = after(self.rng, self.at), {kind: weight for kind, weight in self.moves().items() if weight}
            if self.at >= HORIZON or not moves:
                break
            kind = self.rng.choices(list(moves), list(moves.values()))[0]
            getattr(self, kind)()
            if kind == "exclude":
                break
        return self.events

    # -- money that was paid -------------------------------------------------------------------------

    def of_charges(self) -> dict[str, int]:
        sound = [paid for paid in self.charges if not paid.failed]
        return {
            **({"refund": 30} if any(paid.left for paid in sound) else {}),
            **({"refund_fails": 25} if any(paid.refunds for paid in sound) else {}),
            **({"dispute": 12} if any(not paid.was_disputed for paid in sound) else {}),
            **({"win": 25, "lose": 10} if any(paid.dispute for paid in sound) else {}),
        }

    def pick(self, is_fit: str) -> Paid:
        fit = {"left": lambda paid: paid.left, "refunds": lambda paid: paid.refunds, "dispute": lambda paid: paid.dispute,
               "sound": lambda paid: not paid.was_disputed}[is_fit]
        return self.rng.choice([paid for paid in self.charges if not paid.failed and fit(paid)])

    def refund(self) -> None:
        paid = self.pick("left")
        units = part(self.rng, paid.left)
        paid.left -= units
        paid.refunds.append((self.happen("refund", amount=units, of=paid.of), units))

    def refund_fails(self) -> None:
        paid = self.pick("refunds")
        number, units = paid.refunds.pop(self.rng.randrange(len(paid.refunds)))
        paid.left += units
        self.happen("refund_fails", amount=units, of=number)

    def dispute(self) -> None:
        paid = self.pick("sound")
        units = paid.amount if self.rng.random() < 0.5 else part(self.rng, paid.amount)
        paid.was_disputed, paid.dispute = True, (self.happen("dispute", amount=units, of=paid.of), units)

    def win(self) -> None:
        paid = self.pick("dispute")
        assert paid.dispute is not None
        self.happen("win", amount=paid.dispute[1], of=paid.dispute[0])
        paid.dispute = None

    def exclude(self) -> None:
        self.happen("exclude")

    def lose(self) -> None:
        paid = self.pick("dispute")
        assert paid.dispute is not None
        self.happen("lose", of=paid.dispute[0])
        paid.dispute = None


class PaymentLife(Life):
    """A payment that stands alone."""

    def __init__(self, rng: random.Random, at: datetime, units: int) -> None:
        super().__init__(rng, at)
        self.charges.append(Paid(-1, units, units))

    def moves(self) -> dict[str, int]:
        untouched = not self.events
        return {**self.of_charges(), "exclude": 2, **({"payment_fails": 4} if untouched else {})}

    def payment_fails(self) -> None:
        self.charges[0].failed = True
        self.happen("payment_fails", amount=self.charges[0].amount)
