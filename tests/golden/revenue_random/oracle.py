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
5. An invoice stands in the books of the currency in which the account settles; what the rate does later is exchange.
6. What goes back beyond what the lines are worth is first what came back after it had been given up, then a loss.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from fractions import Fraction

from tests.golden.revenue_random.exchange import listed_ratio, settled
from tests.golden.revenue_random.facts import Bill, Event, Facts, Sold
from tests.golden.revenue_random.service import Line, Rules, rounded

Cells = Counter[tuple[str, int]]


class Undo:
    """What an event did, so that another one can undo it."""

    def __init__(self, takes: list[int]) -> None:
        self.takes = takes
        self.booked: Counter[str] = Counter()
        self.given = self.excess = self.contra = self.pool = self.pool_contra = self.owed = self.owed_units = self.lost_tax = 0


class BillBooks:
    """One bill: its lines, and what its events do to them."""

    def __init__(self, bill: Bill, customer: Customer) -> None:
        self.customer, self.bill = customer, bill
        self.lines = [Line(sold, None if bill.kind == "pending" else bill.at, customer.rules) for sold in bill.lines]
        # of lines that share a cent, items come before other lines, pending ones first
        self.order = sorted(range(len(self.lines)), key=lambda n: (_rank(bill.lines[n]), n))
        self.owed = self.receivable = self.applied = self.pool = self.pool_contra = 0
        self.contra: Counter[int] = Counter()
        self.undo: dict[int, Undo] = {}
        self.ratio = self._ratio()
        self._convert()

    def _ratio(self) -> Fraction:
        """Units of the books for one of the bill's: of its payment on the same day, else of the list of the day before."""
        bill, facts = self.bill, self.customer.facts
        if not facts.settles:
            return Fraction(1)
        if bill.kind == "payment":
            return Fraction(settled(bill.total, bill.rate), bill.total)
        first = next((event for event in bill.events if event.kind == "pay"), None)
        if first and first.at.date() == bill.at.date():
            return Fraction(settled(first.amount, first.rate), first.amount)
        return listed_ratio(facts.currency, facts.settles, bill.at)

    def _convert(self) -> None:
        """Lines and their taxes in running sums, so that they come to what is owed."""
        running = self.tax = 0
        for number in self.order:
            line, tax = self.lines[number], self.bill.lines[number].tax or 0
            before, after, last = (rounded(units * self.ratio) for units in (running, running + line.sold, running + line.sold + tax))
            line.books, self.tax, running = after - before, self.tax + last - after, running + line.sold + tax

    # -- the sale ------------------------------------------------------------------------------------

    def sell(self) -> None:
        bill = self.bill
        if bill.kind == "pending":
            return
        if bill.kind == "payment":
            self.book(bill.at, Cash=settled(bill.total, bill.rate))
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

    def owe(self, at: datetime, units: int) -> int:
        """What is owed more, in the currency of the bill; what that is in the books, which follow what remains."""
        before, self.owed = self.receivable, self.owed + units
        self.receivable = rounded(self.owed * self.ratio)
        self.book(at, AccountsReceivable=self.receivable - before)
        return self.receivable - before

    # -- what happens to it --------------------------------------------------------------------------

    def happen(self, number: int, event: Event) -> None:
        getattr(self, event.kind)(number, event)

    def pay(self, number: int, event: Event) -> None:
        self._receive(event, event.amount)
        self._recover(event)

    def _receive(self, event: Event, amount: int) -> None:
        """Money for what is owed; what it got more or less than the rate of the bill is exchange."""
        money = settled(abs(amount), event.rate) * (1 if amount > 0 else -1)
        self.book(event.at, Cash=money, FxLoss=-self.owe(event.at, -amount) - money)

    def pay_outside(self, number: int, event: Event) -> None:
        self.book(event.at, ExternalAsset=-self.owe(event.at, -event.amount))
        self._recover(event)

    def payment_fails(self, number: int, event: Event) -> None:
        """The invoice is open again; a payment that stood alone is taken back like a refund."""
        if self.bill.kind == "invoice":
            self._receive(event, -event.amount)
        else:
            self._money_back(number, event, "Refunds")

    def refund(self, number: int, event: Event) -> None:
        self._money_back(number, event, "Refunds")

    def dispute(self, number: int, event: Event) -> None:
        self._money_back(number, event, "Disputes")

    def _money_back(self, number: int, event: Event, account: str) -> None:
        takes = self.shared(event.amount, self.order)
        done = self.undo[number] = Undo(takes)
        self._cut(event.at, takes, done)
        excess = rounded(Fraction((event.amount - sum(takes)) * sum(line.books for line in self.lines), sum(line.sold for line in self.lines)))
        loss, contra_again = self._beyond(excess, done)
        done.excess, money = excess, settled(event.amount, event.rate)
        done.booked.update({account: done.contra + contra_again, "OtherLoss": loss, "Recoverables": contra_again - done.pool})
        self.book(event.at, Cash=-money, FxLoss=money - done.given - excess, **done.booked)

    def _beyond(self, excess: int, done: Undo) -> tuple[int, int]:
        """What goes back beyond the worth of the lines: how much is a loss, and how much contra revenue once more."""
        done.pool = min(max(excess, 0), self.pool)
        done.pool_contra = rounded(Fraction(done.pool * self.pool_contra, self.pool)) if self.pool else 0
        self.pool, self.pool_contra = self.pool - done.pool, self.pool_contra - done.pool_contra
        return excess - done.pool, done.pool_contra

    def _undo_beyond(self, done: Undo) -> None:
        self.pool, self.pool_contra = self.pool + done.pool, self.pool_contra + done.pool_contra

    def refund_fails(self, number: int, event: Event) -> None:
        """The money is here again, and everything as if the refund had not been."""
        done = self.undo[event.of]
        given = self._restore(event.at, done) + done.excess
        self._undo_beyond(done)
        money = settled(event.amount, event.rate)
        self.book(event.at, Cash=money, FxLoss=given - money, **{account: -units for account, units in done.booked.items()})

    def win(self, number: int, event: Event) -> None:
        money = settled(event.amount, event.rate)
        self.pool += money
        self.book(event.at, Cash=money, Recoverables=money)

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
        contras = self._cut(event.at, takes, done)
        tax_books, outside = rounded(tax * self.ratio), rounded(event.outside * self.ratio)
        credited = outside - self.owe(event.at, event.outside - event.amount)
        loss, contra_again = self._beyond(credited - tax_books - done.given, done)
        refunded = sum(rounded(Fraction(contra * event.refund, event.amount)) for contra in [*contras, contra_again])
        done.booked.update(Refunds=refunded, CreditNotes=done.contra + contra_again - refunded, TaxLiability=-tax_books, OtherLoss=loss,
                           Recoverables=contra_again - done.pool, ExternalCustomerBalance=outside)
        self.book(event.at, **done.booked)
        self.customer.move(event.at, -event.balance)
        self.owe(event.at, event.balance)
        self.tax -= tax_books
        if event.refund:
            self._receive(event, -event.refund)

    def note_void(self, number: int, event: Event) -> None:
        done = self.undo[event.of]
        self._restore(event.at, done)
        self._undo_beyond(done)
        self.tax -= done.booked["TaxLiability"]
        self.book(event.at, **{account: -units for account, units in done.booked.items()})
        self.owe(event.at, self.bill.events[event.of].amount)

    def note_refund_fails(self, number: int, event: Event) -> None:
        """What the note paid back is here again; the customer still has it to his credit on the invoice."""
        self._receive(event, event.amount)

    def exclude(self, number: int, event: Event) -> None:
        """It was no revenue: what is owed of it is not, and what was paid of it is something else."""
        done = self._cut_all(event.at)
        unpaid = min(max(self.receivable, 0), done.given) if self.bill.kind == "invoice" else 0
        self.book(event.at, Revenue=-done.contra, Exclusion=done.given - unpaid, AccountsReceivable=-unpaid)

    def void(self, number: int, event: Event) -> None:
        """Nothing is owed any more, and what the customer's balance had paid is free again."""
        given_up = [done for done in self.undo.values() if done.owed]
        if given_up:
            # as if it had been voided in place of being written off
            done = given_up[0]
            self.book(event.at, **{account: -units for account, units in done.booked.items()},
                      Voids=done.contra, TaxLiability=-self.tax)
        else:
            self.book(event.at, Voids=self._cut_all(event.at).contra, TaxLiability=-self.tax)
            self.owe(event.at, -self.owed)
        self.customer.move(event.at, -self.applied)

    def write_off(self, number: int, event: Event) -> None:
        """The unpaid share of what was earned is a loss, as is tax; what was paid for service never given, a recoverable."""
        owed, done = self.receivable, self._cut_all(event.at)
        self.undo[number], cut = done, done.given
        done.owed, done.owed_units = owed, self.owed
        done.lost_tax = min(max(owed - cut, 0), self.tax)
        loss = done.lost_tax + (rounded(Fraction(done.contra * min(max(owed, 0), cut), cut)) if cut else 0)
        done.booked.update(BadDebt=loss, Recoverables=loss + cut - done.contra - owed)
        self.book(event.at, **done.booked)
        self.owe(event.at, -self.owed)

    def _recover(self, event: Event) -> None:
        """A written-off invoice is paid after all: its loss is none, and the service that was never given is gained."""
        for done in self.undo.values():
            if done.owed and self.receivable < 0:
                loss = done.booked["BadDebt"]
                self.book(event.at, BadDebt=-loss, Recoverables=done.owed - loss)
                self.owe(event.at, done.owed_units)
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

    def _cut(self, at: datetime, takes: list[int], done: Undo) -> list[int]:
        """Contra revenue of each line."""
        month = self.customer.month_of(at)
        changes = [line.change(take, month) if take else (0, 0) for line, take in zip(self.lines, takes, strict=True)]
        done.given, done.contra = sum(given for given, _ in changes), sum(contra for _, contra in changes)
        self.contra[month] += done.contra
        return [contra for _, contra in changes]

    def _cut_all(self, at: datetime) -> Undo:
        done = Undo([line.worth for line in self.lines])
        self._cut(at, done.takes, done)
        return done

    def _restore(self, at: datetime, done: Undo) -> int:
        """Worth comes back, as much as is returned here; the contra revenue that was booked is taken back by the caller."""
        month = self.customer.month_of(at)
        changes = [line.change(-take, month) for line, take in zip(self.lines, done.takes, strict=True) if take]
        self.contra[month] -= done.contra
        return -sum(given for given, _ in changes)

    def close(self, month: int) -> None:
        """The end of a month: revenue, deferred revenue and unbilled receivable, as changes against the month before."""
        cells, contra = self.customer.cells, self.contra[month]
        for line in self.lines:
            now, before = line.earned_by(month), line.earned_by(month - 1)
            cells["Revenue", month] += now - before
            if line.billed <= month:
                opening = line.value_at(month - 1) - before if line.billed < month else 0
                cells["DeferredRevenue", month] += line.value_at(month) - now - opening
            cells["UnbilledAccountsReceivable", month] += (now if line.billed > month else 0) - (before if line.billed >= month else 0)
        cells["Revenue", month] += contra


def _rank(sold: Sold) -> int:
    return 0 if sold.pending_since else 1 if sold.start is None else 2


class Customer:
    """The books of one story."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self.facts = facts
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
