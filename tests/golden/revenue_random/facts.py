"""What happened in a story, as plain facts: the generator makes them, the files tell them, the oracle reckons from them.

Money is in minor units of the story's currency; instants are in UTC, to the second, without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Sold:
    """A line of an invoice, or a payment that stands alone.

    Attributes:
        amount: As the line states it, signed: without the tax on top, before its discount.
        start: Start of service; without one all is earned at once.
        end: End of service, excluded.
        policy: How it is recognized.
        pending_since: When the item that the line bills appeared; None for a line that was never pending.
        tax: On top of the amount; None where no tax applies.
    """

    amount: int
    start: datetime | None = None
    end: datetime | None = None
    policy: str = "by_instant"
    pending_since: datetime | None = None
    discount: int = 0
    tax: int | None = None

    @property
    def net(self) -> int:
        return self.amount - self.discount


@dataclass(frozen=True)
class Event:
    """Something that happens to a bill later.

    Attributes:
        kind: pay, pay_outside, payment_fails, refund, refund_fails, dispute, win, lose, note, note_void,
            note_refund_fails, void, write_off, exclude.
        of: Number of the event that it is about: the payment that is refunded, the refund that fails; -1 for the bill.
        lines: Of a credit note: number of the line, what is credited of it, and its tax; empty: it names no line.
        rate: Minor units of the account's balance that one of the story's currency settles in; empty where both are one.
        refund: Of a credit note on a paid invoice: what it pays back, and the parts that go elsewhere.
    """

    kind: str
    at: datetime
    amount: int = 0
    of: int = -1
    lines: tuple[tuple[int, int, int], ...] = ()
    refund: int = 0
    balance: int = 0
    outside: int = 0
    rate: str = ""


@dataclass(frozen=True)
class Bill:
    """An invoice, a payment that stands alone, or an item that no invoice ever bills (both with one line)."""

    kind: str
    at: datetime
    lines: tuple[Sold, ...]
    events: tuple[Event, ...]
    rate: str = ""

    @property
    def total(self) -> int:
        return sum(line.net + (line.tax or 0) for line in self.lines)


@dataclass(frozen=True)
class Facts:
    """One customer: a balance that is given by hand (Stripe's sign: negative is the customer's), and bills in their order."""

    number: int
    account: str
    currency: str
    given: int
    given_at: datetime
    bills: tuple[Bill, ...]
    settles: str = ""

    @property
    def name(self) -> str:
        return f"r{self.number}"


def in_words(facts: Facts) -> str:
    """The story as somebody would tell it, one line a fact."""
    told = [f"{facts.name}: {facts.account}, {facts.currency}" + (f", settles in {facts.settles}" if facts.settles else "")]
    if facts.given:
        told.append(f"{facts.given_at} customer balance moved by {facts.given} by hand")
    for bill in facts.bills:
        told.append(f"{bill.at} {bill.kind} of {bill.total}" + (f" at {bill.rate}" if bill.rate else ""))
        told.extend(f"    line {number}: {_line(line)}" for number, line in enumerate(bill.lines))
        told.extend(f"    {event.at} #{number} {_event(event)}" for number, event in enumerate(bill.events))
    return "\n".join(told)


def _line(line: Sold) -> str:
    text = f"{line.amount}"
    text += f" - {line.discount} discount" if line.discount else ""
    text += f" + {line.tax} tax" if line.tax is not None else ""
    text += f" for [{line.start}, {line.end})" if line.start else " without a period"
    return text + f", {line.policy}" + (f", pending since {line.pending_since}" if line.pending_since else "")


def _event(event: Event) -> str:
    text = event.kind + (f" {event.amount}" if event.amount else "") + (f" of #{event.of}" if event.of >= 0 else "")
    parts = {"refund": event.refund, "balance": event.balance, "outside": event.outside}
    text += "".join(f", {name} {units}" for name, units in parts.items() if units)
    text += f" at {event.rate}" if event.rate else ""
    return text + "".join(f", {units} (+ {tax} tax) of line {number}" for number, units, tax in event.lines)
