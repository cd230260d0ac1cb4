"""What can happen to an invoice: payments, credit notes, a void, a write-off, and what undoes some of them."""

from __future__ import annotations

import random
from datetime import datetime

from tests.golden.revenue_random.facts import Sold
from tests.golden.revenue_random.moments import part
from tests.golden.revenue_random.payments import Life, Paid


class InvoiceLife(Life):
    """An invoice as far as what may happen next depends on it.

    Attributes:
        balance: The customer's balance, in Stripe's sign.
        due: What remains to be paid.
        room: What credit notes may still credit: of the invoice, and of each line without its tax.
    """

    def __init__(self, rng: random.Random, at: datetime, lines: tuple[Sold, ...], balance: int) -> None:
        super().__init__(rng, at)
        self.lines = lines
        self.total = sum(line.net + (line.tax or 0) for line in lines)
        self.due, self.balance = max(self.total + balance, 0), min(self.total + balance, 0)
        self.applied = self.balance - balance
        self.status = "open" if self.due else "paid"
        self.room = self.total
        self.rooms = [max(line.net, 0) for line in lines]
        self.notes: list[tuple[int, int]] = []
        self.note_refunds: list[tuple[int, int, Paid]] = []
        self.is_taxed = any(line.tax for line in lines)
        self.net = sum(line.net for line in lines)

    def moves(self) -> dict[str, int]:
        return {"open": self._open, "paid": self._paid, "uncollectible": self._uncollectible, "void": dict}[self.status]()

    def _open(self) -> dict[str, int]:
        untouched = not self.charges
        return {
            "exclude": 1 if self.net > 0 else 0, "pay": 45, "pay_some": 8 if self.due > 1 else 0, "pay_outside": 5, "note": 14 if self.room > 0 else 0, "write_off": 8,
            "void": 10 if untouched else 0, "note_void": 45 if self.notes else 0, **self.of_charges(),
        }  # fmt: skip

    def _paid(self) -> dict[str, int]:
        plain = all(event.kind == "pay" for event in self.events)
        return {
            **self.of_charges(), "exclude": 1 if self.net > 0 else 0, **({"note_refund_fails": 8} if self.note_refunds else {}),
            **({"note_paid": 20} if self.room > 0 else {}),
            **({"payment_fails": 3} if plain and len(self.charges) == 1 else {}),
        }  # fmt: skip

    def _uncollectible(self) -> dict[str, int]:
        return {"pay": 30, "pay_outside": 5, **({"void": 15} if not self.charges else {})}

    # -- payments ------------------------------------------------------------------------------------

    def pay(self) -> None:
        self._pay(self.due)

    def pay_some(self) -> None:
        self._pay(self.rng.randint(1, self.due - 1))

    def _pay(self, units: int) -> None:
        self.charges.append(Paid(self.happen("pay", amount=units), units, units))
        self.due -= units
        self.status = self.status if self.due else "paid"

    def pay_outside(self) -> None:
        self.happen("pay_outside", amount=self.due)
        self.due, self.status = 0, "paid"

    def payment_fails(self) -> None:
        paid = self.charges.pop()
        self.happen("payment_fails", amount=paid.amount, of=paid.of)
        self.due, self.status = paid.amount, "open"

    # -- credit notes --------------------------------------------------------------------------------

    def note(self) -> None:
        """On an open invoice, which owes less then."""
        lines, units = self._credited(self.due)
        if not units:
            return
        self.notes.append((self.happen("note", amount=units, lines=lines), units))
        self.due -= units
        self.status = self.status if self.due else "paid"

    def note_paid(self) -> None:
        """On a paid one, in up to three ways; the refund is of the latest charge."""
        lines, units = self._credited(self.room)
        if not units:
            return
        rest, latest = units, next((paid for paid in reversed(self.charges)), None)
        refund = balance = 0
        if latest and not latest.failed and latest.left and self.rng.random() < 0.6:
            refund = part(self.rng, min(rest, latest.left))
            latest.left, rest = latest.left - refund, rest - refund
        if rest and self.rng.random() < 0.6:
            balance = part(self.rng, rest)
        self.balance -= balance
        number = self.happen("note", amount=units, lines=lines, refund=refund, balance=balance, outside=rest - balance)
        if refund and latest:
            self.note_refunds.append((number, refund, latest))

    def note_refund_fails(self) -> None:
        number, units, paid = self.note_refunds.pop()
        paid.left += units
        self.happen("note_refund_fails", amount=units, of=number)

    def _credited(self, most: int) -> tuple[tuple[tuple[int, int, int], ...], int]:
        """Lines of a credit note and what they come to; without lines, a part of the invoice."""
        parts, units = [], 0
        for number, line in enumerate(self.lines):
            whole = self.rooms[number]
            credited = part(self.rng, whole) if whole and self.rng.random() < 0.6 else 0
            tax = (line.tax or 0) * credited // line.net if credited else 0
            if credited and units + credited + tax <= min(most, self.room):
                parts.append((number, credited, tax))
                units += credited + tax
        # the tax in parts of an invoice would round beside the tax of its lines
        may_name_none = not self.is_taxed or (self.room == self.total and self.net > 0)
        if may_name_none and (not parts or self.rng.random() < 0.3):
            parts, units = [], part(self.rng, min(most, self.room))
            self.rooms = [0] * len(self.lines)  # no longer known
        for number, credited, _ in parts:
            self.rooms[number] -= credited
        self.room = 0 if self.is_taxed and not parts else self.room - units
        return tuple(parts), units

    def note_void(self) -> None:
        number, units = self.notes.pop(self.rng.randrange(len(self.notes)))
        self.happen("note_void", amount=units, of=number)
        self.due, self.room = self.due + units, self.room + units

    # -- the end -------------------------------------------------------------------------------------

    def void(self) -> None:
        self.happen("void")
        self.balance, self.status = self.balance - self.applied, "void"

    def write_off(self) -> None:
        self.happen("write_off")
        self.status = "uncollectible"
