"""The books of a story, reckoned slowly from its facts: day by day, in exact fractions, from the rules as they are written.

Nothing here knows how the models do it. The rules, in the order in which an auditor would ask for them:

1. Service is earned by the second. A day counts for the seconds of service in it; what is earned through the end of a
   month is the line's worth times the share of service until then, rounded half away from zero. Other policies count
   whole days, or whole months.
2. A line comes into the books when it is both booked and begun; service before that is caught up in that month.
3. Something that changes what a line is worth takes effect at the start of its month: what earlier months had earned of
   the difference is contra revenue. What undoes it takes that contra revenue back.
4. Revenue of a month is what is earned more than at the end of the month before, gross of contra revenue. What is billed
   and not earned is deferred; what is earned before the month of its bill is unbilled.
5. What goes back beyond what the lines are worth is first what came back after it had been given up, then a loss.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.golden.revenue_random.facts import Bill, Event, Facts, Sold
from tests.golden.revenue_random.local_days import LocalDays, day_after, month_of_day

SECOND = timedelta(seconds=1)
NEVER = 10_000 * 12
Cells = Counter[tuple[str, int]]


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
        worth: What it is worth now, net of discount and tax.
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

    def change(self, take: int, month: int) -> int:
        """Take something off its worth from a month on; what earlier months had earned of that."""
        before, self.worth = self.worth, self.worth - take
        self.history.append((month, self.worth))
        if self.booked >= month:
            return 0
        return self.earned(before, month - 1) - self.earned(self.worth, month - 1)

    def earned_by(self, month: int) -> int:
        """What the books show as earned at the end of a month."""
        return self.earned(self.worth_at(month), month) if month >= self.booked else 0

    def worth_at(self, month: int) -> int:
        return [worth for since, worth in self.history if since <= month][-1]


class Undo:
    """What an event did, so that another one can undo it."""

    def __init__(self, takes: list[int]) -> None:
        self.takes = takes
        self.booked: Counter[str] = Counter()
        self.contra = self.pool = self.pool_contra = self.owed = self.lost_tax = 0


class BillBooks:
    """One bill: its lines, and what its events do to them."""

    def __init__(self, bill: Bill, customer: Customer) -> None:
        self.customer, self.bill = customer, bill
        self.lines = [Line(sold, None if bill.kind == "pending" else bill.at, customer.rules) for sold in bill.lines]
        # of lines that share a cent, items come before other lines, pending ones first
        self.order = sorted(range(len(self.lines)), key=lambda n: (_rank(bill.lines[n]), n))
        self.tax = sum(sold.tax or 0 for sold in bill.lines)
        self.receivable = self.applied = self.pool = self.pool_contra = 0
        self.contra: Counter[int] = Counter()
        self.undo: dict[int, Undo] = {}

    # -- the sale ------------------------------------------------------------------------------------

    def sell(self) -> None:
        bill = self.bill
        if bill.kind == "pending":
            return
        if bill.kind == "payment":
            self.book(bill.at, Cash=bill.total)
            return
        self.book(bill.at, TaxLiability=self.tax)
        self.owe(bill.at, bill.total)
        before = self.customer.balance
        self.applied = min(bill.total + before, 0) - before
        self.customer.move(bill.at, self.applied)
        self.owe(bill.at, -self.applied)

    def book(self, at: datetime, **accounts: int) -> None:
        for account, units in accounts.items():
            self.customer.cells[account, self.customer.month_of(at)] += units

    def owe(self, at: datetime, units: int) -> None:
        self.receivable += units
        self.book(at, AccountsReceivable=units)

    # -- what happens to it --------------------------------------------------------------------------

    def happen(self, number: int, event: Event) -> None:
        getattr(self, event.kind)(number, event)

    def pay(self, number: int, event: Event) -> None:
        self.book(event.at, Cash=event.amount)
        self.owe(event.at, -event.amount)
        self._recover(event)

    def pay_outside(self, number: int, event: Event) -> None:
        self.book(event.at, ExternalAsset=event.amount)
        self.owe(event.at, -event.amount)
        self._recover(event)

    def payment_fails(self, number: int, event: Event) -> None:
        """The invoice is open again; a payment that stood alone is taken back like a refund."""
        if self.bill.kind == "invoice":
            self.book(event.at, Cash=-event.amount)
            self.owe(event.at, event.amount)
        else:
            self._money_back(number, event, "Refunds")

    def refund(self, number: int, event: Event) -> None:
        self._money_back(number, event, "Refunds")

    def dispute(self, number: int, event: Event) -> None:
        self._money_back(number, event, "Disputes")

    def _money_back(self, number: int, event: Event, account: str) -> None:
        takes = self.shared(event.amount, self.order)
        done = self.undo[number] = Undo(takes)
        contra = done.contra = sum(self._cut(event.at, takes))
        loss, contra_again = self._beyond(event.amount - sum(takes), done)
        done.booked.update({account: contra + contra_again, "OtherLoss": loss, "Recoverables": contra_again - done.pool})
        self.book(event.at, Cash=-event.amount, **done.booked)

    def _beyond(self, excess: int, done: Undo) -> tuple[int, int]:
        """What goes back beyond the worth of the lines: how much is a loss, and how much contra revenue once more."""
        done.pool = min(excess, self.pool)
        done.pool_contra = rounded(Fraction(done.pool * self.pool_contra, self.pool)) if self.pool else 0
        self.pool, self.pool_contra = self.pool - done.pool, self.pool_contra - done.pool_contra
        return excess - done.pool, done.pool_contra

    def _undo_beyond(self, done: Undo) -> None:
        self.pool, self.pool_contra = self.pool + done.pool, self.pool_contra + done.pool_contra

    def refund_fails(self, number: int, event: Event) -> None:
        """The money is here again, and everything as if the refund had not been."""
        done = self.undo[event.of]
        self._restore(event.at, done)
        self._undo_beyond(done)
        self.book(event.at, Cash=event.amount, **{account: -units for account, units in done.booked.items()})

    def win(self, number: int, event: Event) -> None:
        self.pool += event.amount
        self.book(event.at, Cash=event.amount, Recoverables=event.amount)

    def lose(self, number: int, event: Event) -> None:
        """Nothing more than the dispute did."""

    def note(self, number: int, event: Event) -> None:
        takes, tax = [0] * len(self.lines), sum(part[2] for part in event.lines)
        for line, units, _ in event.lines:
            takes[line] = min(units, max(self.lines[line].worth, 0))
        if not event.lines:
            tax = rounded(Fraction(event.amount * sum(sold.tax or 0 for sold in self.bill.lines), self.bill.total))
            takes = self.shared(event.amount - tax, self.order)
        done = self.undo[number] = Undo(takes)
        contras = self._cut(event.at, takes)
        done.contra = sum(contras)
        loss, contra_again = self._beyond(event.amount - tax - sum(takes), done)
        refunded = sum(rounded(Fraction(contra * event.refund, event.amount)) for contra in [*contras, contra_again])
        done.booked.update(Refunds=refunded, CreditNotes=done.contra + contra_again - refunded, TaxLiability=-tax, OtherLoss=loss,
                           Recoverables=contra_again - done.pool, ExternalCustomerBalance=event.outside)
        self.book(event.at, Cash=-event.refund, **done.booked)
        self.customer.move(event.at, -event.balance)
        self.tax -= tax
        self.owe(event.at, event.refund + event.balance + event.outside - event.amount)

    def note_void(self, number: int, event: Event) -> None:
        done = self.undo[event.of]
        self._restore(event.at, done)
        self._undo_beyond(done)
        self.tax -= done.booked["TaxLiability"]
        self.book(event.at, **{account: -units for account, units in done.booked.items()})
        self.owe(event.at, self.bill.events[event.of].amount)

    def note_refund_fails(self, number: int, event: Event) -> None:
        """What the note paid back is here again; the customer still has it to his credit on the invoice."""
        self.book(event.at, Cash=event.amount)
        self.owe(event.at, -event.amount)

    def exclude(self, number: int, event: Event) -> None:
        """It was no revenue: what is owed of it is not, and what was paid of it is something else."""
        takes = [line.worth for line in self.lines]
        unpaid = min(max(self.receivable, 0), sum(takes)) if self.bill.kind == "invoice" else 0
        self.book(event.at, Revenue=-sum(self._cut(event.at, takes)), Exclusion=sum(takes) - unpaid)
        self.owe(event.at, -unpaid)

    def void(self, number: int, event: Event) -> None:
        """Nothing is owed any more, and what the customer's balance had paid is free again."""
        given_up = [done for done in self.undo.values() if done.owed]
        if given_up:
            # as if it had been voided in place of being written off
            done = given_up[0]
            self.book(event.at, **{account: -units for account, units in done.booked.items()},
                      Voids=done.contra, TaxLiability=-self.tax)
        else:
            takes = [line.worth for line in self.lines]
            self.book(event.at, Voids=sum(self._cut(event.at, takes)), TaxLiability=-self.tax)
            self.owe(event.at, -self.receivable)
        self.customer.move(event.at, -self.applied)

    def write_off(self, number: int, event: Event) -> None:
        """The unpaid share of what was earned is a loss, as is tax; what was paid for service never given, a recoverable."""
        owed, takes = self.receivable, [line.worth for line in self.lines]
        cut, contra = sum(takes), sum(self._cut(event.at, takes))
        done = self.undo[number] = Undo(takes)
        done.owed, done.contra = owed, contra
        done.lost_tax = min(max(owed - cut, 0), self.tax)
        loss = done.lost_tax + (rounded(Fraction(contra * min(max(owed, 0), cut), cut)) if cut else 0)
        done.booked.update(BadDebt=loss, Recoverables=loss + cut - contra - owed)
        self.book(event.at, **done.booked)
        self.owe(event.at, -owed)

    def _recover(self, event: Event) -> None:
        """A written-off invoice is paid after all: its loss is none, and the service that was never given is gained."""
        for done in self.undo.values():
            if done.owed and self.receivable < 0:
                loss = done.booked["BadDebt"]
                self.book(event.at, BadDebt=-loss, Recoverables=done.owed - loss)
                self.owe(event.at, done.owed)
                # its tax was never revenue
                self.pool += done.owed - done.lost_tax
                self.pool_contra += loss - done.lost_tax

    # -- the lines -----------------------------------------------------------------------------------

    def shared(self, units: int, order: list[int]) -> list[int]:
        """What an amount takes off each line: in proportion to what they are worth, at most all of it, in running sums."""
        takes, running, worth = [0] * len(self.lines), 0, sum(line.worth for line in self.lines)
        taken = max(min(units, worth), 0)
        for number in order:
            before, running = running, running + self.lines[number].worth
            if taken:
                takes[number] = rounded(Fraction(running * taken, worth)) - rounded(Fraction(before * taken, worth))
        return takes

    def _cut(self, at: datetime, takes: list[int]) -> list[int]:
        contras = [line.change(take, self.customer.month_of(at)) if take else 0 for line, take in zip(self.lines, takes, strict=True)]
        self.contra[self.customer.month_of(at)] += sum(contras)
        return contras

    def _restore(self, at: datetime, done: Undo) -> None:
        """Worth comes back; the contra revenue that was booked is taken back by the caller."""
        for line, take in zip(self.lines, done.takes, strict=True):
            if take:
                line.change(-take, self.customer.month_of(at))
        self.contra[self.customer.month_of(at)] -= done.contra

    def close(self, month: int) -> None:
        """The end of a month: revenue, deferred revenue and unbilled receivable, as changes against the month before."""
        cells, contra = self.customer.cells, self.contra[month]
        for line in self.lines:
            now, before = line.earned_by(month), line.earned_by(month - 1)
            cells["Revenue", month] += now - before
            if line.billed <= month:
                opening = line.worth_at(month - 1) - before if line.billed < month else 0
                cells["DeferredRevenue", month] += line.worth_at(month) - now - opening
            cells["UnbilledAccountsReceivable", month] += (now if line.billed > month else 0) - (before if line.billed >= month else 0)
        cells["Revenue", month] += contra


def _rank(sold: Sold) -> int:
    return 0 if sold.pending_since else 1 if sold.start is None else 2


class Customer:
    """The books of one story."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self.rules, self.month_of = rules, rules.days.month_of
        self.cells: Cells = Counter()
        self.balance = 0
        self.bills = [BillBooks(bill, self) for bill in facts.bills]

    def move(self, at: datetime, units: int) -> None:
        """A movement of the customer's balance, in Stripe's sign."""
        self.balance += units
        self.cells["CustomerBalance", self.month_of(at)] -= units


def books_of(facts: Facts, last: int, rules: Rules) -> dict[tuple[str, int], int]:
    """(Stripe's account, month) -> natural change, through a last month; zeros are left out."""
    customer = Customer(facts, rules)
    if facts.given:
        customer.move(facts.given_at, facts.given)
        customer.cells["CustomerBalanceAdjustments", customer.month_of(facts.given_at)] -= facts.given
    for books in customer.bills:
        books.sell()
        for number, event in enumerate(books.bill.events):
            books.happen(number, event)
        first = min([line.booked for line in books.lines] + [customer.month_of(books.bill.at)])
        for month in range(first, last + 1):
            books.close(month)
    return {cell: units for cell, units in customer.cells.items() if units and cell[1] <= last}
