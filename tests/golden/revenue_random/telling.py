"""Facts as the golden stories' language tells them, and so as Sigma would show them in the end."""

from __future__ import annotations

from datetime import datetime

from tests.golden.revenue.money import Charge
from tests.golden.revenue.story import Invoice, Line, Story, billed, line
from tests.golden.revenue.tables import Row, Tables
from tests.golden.revenue_random.exchange import rate_list, settled
from tests.golden.revenue_random.facts import Bill, Event, Facts, Sold

# A rule of the company for each policy, by a word in the description of a line.
WORDS = {
    "by_instant": "by the second", "by_day": "day by day", "months_even": "month by month", "months_even_prorated": "ends prorated",
    "point_in_time": "at once",
}


def major(units: int) -> str:
    """Minor units as the language takes them: with two decimals, whatever the currency."""
    return f"{'-' if units < 0 else ''}{abs(units) // 100}.{abs(units) % 100:02d}"


def text(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def write_rules(tables: Tables) -> None:
    for policy, word in WORDS.items():
        if policy != "by_instant":
            tables.add_own("company/revenue_rules", rule_id=f"rule_{policy}", description_contains=word, recognition_policy=policy)


def write_rates(tables: Tables) -> None:
    story = Story(tables, "rates", "acct_1Random0")
    for day, rates in rate_list().items():
        story.rates(str(day), **rates)


class Telling:
    """One story, told."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        self.story = Story(tables, facts.name, facts.account, facts.currency, facts.settles)
        if facts.given:
            self.story.adjust_balance(major(facts.given), text(facts.given_at))
        for bill in facts.bills:
            self._tell(bill)

    def _tell(self, bill: Bill) -> None:
        self.done: dict[int, Charge | Row] = {}
        self.invoice: Invoice | None = None
        self.alone: Charge | None = None
        if bill.kind == "pending":
            self._line(bill.lines[0])
        elif bill.kind == "payment":
            self.alone = self.story.charge(bill.total, text(bill.at), rate=bill.rate)
        else:
            self.invoice = self.story.invoice([self._line(sold) for sold in bill.lines], text(bill.at))
        for number, event in enumerate(bill.events):
            made = getattr(self, f"_{event.kind}")(event, text(event.at))
            if made is not None:
                self.done[number] = made

    def _line(self, sold: Sold) -> Line:
        words = f"Service {WORDS[sold.policy]}"
        if sold.pending_since is not None:
            return billed(self.story.pending(
                major(sold.amount), text(sold.pending_since), text(sold.start), text(sold.end), description=words))
        return line(
            major(sold.amount), text(sold.start), text(sold.end), tax="" if sold.tax is None else major(sold.tax),
            discount=major(sold.discount), description=words)

    def _charge_of(self, event: Event) -> Charge:
        found = self.alone if event.of < 0 else self.done[event.of]
        assert isinstance(found, Charge)
        return found

    def _row_of(self, event: Event) -> Row:
        found = self.done[event.of]
        assert isinstance(found, dict)
        return found

    def _bill(self) -> Invoice:
        assert self.invoice is not None
        return self.invoice

    def _pay(self, event: Event, at: str) -> Charge:
        return self.story.pay(self._bill(), at, major(event.amount), rate=event.rate)

    def _pay_outside(self, event: Event, at: str) -> None:
        self.story.pay_out_of_band(self._bill(), at)

    def _payment_fails(self, event: Event, at: str) -> None:
        """A bank debit that comes back; the invoice that it paid is open again."""
        charge = self._charge_of(event)
        units = settled(event.amount, event.rate)
        self.story.transaction("payment_failure_refund", "charge_failure", -units, at, charge.id, rate=event.rate)
        charge.row["status"] = "failed"
        if self.invoice is not None:
            row = self.invoice.row
            row.update(status="open", paid=False, status_transitions_paid_at="", amount_paid=row["amount_paid"] - event.amount,
                       amount_remaining=row["amount_remaining"] + event.amount)

    def _refund(self, event: Event, at: str) -> Row:
        return self.story.refund(self._charge_of(event), at, major(event.amount), rate=event.rate)

    def _refund_fails(self, event: Event, at: str) -> None:
        refund = self._row_of(event)
        charges = [self.alone] if self.alone else [made for made in self.done.values() if isinstance(made, Charge)]
        self.story.refund_failed(next(charge for charge in charges if charge and charge.id == refund["charge_id"]), refund, at,
                                 rate=event.rate)

    def _dispute(self, event: Event, at: str) -> Row:
        return self.story.dispute(self._charge_of(event), at, major(event.amount), rate=event.rate)

    def _win(self, event: Event, at: str) -> None:
        self.story.win(self._row_of(event), at, rate=event.rate)

    def _lose(self, event: Event, at: str) -> None:
        self._row_of(event)["status"] = "lost"

    def _note(self, event: Event, at: str) -> Row:
        parts = {name: major(units) if units else "" for name, units in
                 (("refund", event.refund), ("balance", event.balance), ("out_of_band", event.outside))}
        return self.story.credit_note(
            self._bill(), at, major(event.amount), **parts, lines=[(number, major(units)) for number, units, _ in event.lines],
            taxes=[major(tax) if tax else "" for _, _, tax in event.lines], rate=event.rate)

    def _note_refund_fails(self, event: Event, at: str) -> None:
        refund_id = self._row_of(event)["refund_id"]
        charge, refund = next((made, row) for made in self._bill().charges for row in made.refunds if row["id"] == refund_id)
        self.story.refund_failed(charge, refund, at, rate=event.rate)

    def _exclude(self, event: Event, at: str) -> None:
        self.story.exclude(self._bill().id if self.invoice else self._charge_of(event).id, at)

    def _note_void(self, event: Event, at: str) -> None:
        self.story.void_credit_note(self._bill(), self._row_of(event), at)

    def _void(self, event: Event, at: str) -> None:
        self.story.void(self._bill(), at)

    def _write_off(self, event: Event, at: str) -> None:
        self.story.mark_uncollectible(self._bill(), at)
