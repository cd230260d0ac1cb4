"""How a bank books what Stripe sends: whole or not, together or apart, on time or late, clearly or not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from orchestration.sandbox.surroundings.bank.arrivals import Arrival, day_of, reached
from orchestration.sandbox.surroundings.bank.deck import Deck
from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry
from orchestration.sandbox.world.bank_days import following, on_or_after, on_or_before
from orchestration.sandbox.world.history import Change, Obj

_MONEY = {"whole": 86, "withheld": 4, "split": 3, "batched": 7}
_TIMING = {"on_time": 88, "late": 5, "valued_later": 7}
_TEXT = {"referenced": 60, "cut": 10, "trace_in_text": 12, "untraced": 18}
_WIRE_FEE = {"usd": 1_500, "eur": 1_000, "jpy": 2_500, "kwd": 4_500}
_CUT = 10  # characters that some banks keep of a descriptor


class Teller:
    """Books the payouts and top-ups of one account, in the order of time; nothing on or after `end`."""

    def __init__(self, account: BankAccount, rng: random.Random, end: date) -> None:
        self.account, self.end = account, end
        self._rng = rng
        self._money = Deck(rng, _MONEY)
        self._timing = Deck(rng, _TIMING)
        self._text = Deck(rng, _TEXT)

    def book_payouts(self, arrivals: list[Arrival]) -> list[Entry]:
        """The lines of all payouts; one whose day lies behind the end is still in transit."""
        queue = sorted(arrivals, key=lambda arrival: (arrival.due, arrival.payout["id"]))
        entries: list[Entry] = []
        while queue:
            first, second = queue.pop(0), queue[0] if queue else None
            if first.failed:
                entries += self._returned(first)
                continue
            fate = self._money.deal(self._impossible(first, second))
            if fate == "batched" and second:
                entries.append(self._batched(first, queue.pop(0)))
            elif fate == "split":
                entries += self._split(self._line(first))
            elif fate == "withheld":
                entries.append(self._withheld(self._line(first)))
            else:
                entries.append(self._line(first))
        return [entry for entry in entries if entry.booked < self.end]

    def book_topup(self, topup: Obj, changes: list[Change]) -> list[Entry]:
        """The debit of a top-up, on the next bank day, and the credit when it was reversed."""
        if topup["status"] in ("canceled", "failed"):
            return []
        text = topup["statement_descriptor"] or "STRIPE TOPUP"
        booked = following(day_of(topup["created"]), self.account.calendar)
        debit = Entry(booked, booked, -topup["amount"], "topup", text, "", self._payer, topup_id=topup["id"])
        entries = [debit]
        reversed_on = reached("reversed", topup, changes)
        if reversed_on:
            back = max(booked, self._bank_day(reversed_on))
            entries.append(
                replace(debit, booked=back, valued=back, amount=-debit.amount, text=f"REVERSAL {text}")
            )
        return [entry for entry in entries if entry.booked < self.end]

    def _impossible(self, first: Arrival, second: Arrival | None) -> set[str]:
        """The fates that a payout cannot have."""
        barred = set()
        whole = first.received == first.payout["amount"]
        if not whole or first.received < 4 * _WIRE_FEE[self.account.currency]:
            barred |= {"withheld", "split"}
        if (
            second is None
            or second.failed
            or self._bank_day(second.due) > following(self._bank_day(first.due), self.account.calendar)
            or min(first.received, second.received) <= 0
        ):
            barred.add("batched")
        return barred

    def _line(self, arrival: Arrival, on_time: bool = False) -> Entry:
        """A payout as one line of its own; what Stripe kept of it is its residual."""
        booked = valued = self._bank_day(arrival.due)
        timing = "on_time" if on_time else self._timing.deal()
        if timing == "late":
            booked = following(booked, self.account.calendar)
        elif timing == "valued_later":
            valued = following(valued, self.account.calendar)
        style = self._text.deal(() if arrival.trace else ("referenced", "trace_in_text"))
        kept = arrival.payout["amount"] - arrival.received
        return self._printed(
            Entry(
                booked,
                valued,
                arrival.received,
                "payout",
                arrival.descriptor,
                payout_ids=(arrival.payout["id"],),
                residual_code="fee" if kept else "",
                residual=kept,
            ),
            arrival,
            style,
        )

    def _printed(self, entry: Entry, arrival: Arrival, style: str) -> Entry:
        """The line with as much of the payout's identity as the bank passes on."""
        if style == "cut":
            return replace(entry, text=entry.text[:_CUT].rstrip())
        overridden = bool(arrival.payout["statement_descriptor"])
        named = replace(entry, counterparty="" if overridden and self._is_american else self._payer)
        if style == "referenced":
            return replace(named, reference=arrival.trace)
        if style == "trace_in_text":
            return replace(named, text=f"{entry.text} {arrival.trace}")
        return named

    def _batched(self, first: Arrival, second: Arrival) -> Entry:
        """Two payouts of one day, or of a day and its eve, credited as one sum without any trace id."""
        booked = self._bank_day(second.due)
        received = first.received + second.received
        kept = first.payout["amount"] + second.payout["amount"] - received
        return Entry(
            booked,
            booked,
            received,
            "payout_batch",
            second.descriptor,
            counterparty=self._payer,
            payout_ids=(first.payout["id"], second.payout["id"]),
            residual_code="fee" if kept else "",
            residual=kept,
        )

    def _split(self, whole: Entry) -> list[Entry]:
        """One payout in two credits of one day, neither of which has its amount."""
        part = whole.amount * self._rng.randint(20, 80) // 100
        return [replace(whole, kind="payout_part", amount=amount) for amount in (part, whole.amount - part)]

    def _withheld(self, whole: Entry) -> Entry:
        """The bank takes its fee for the wire out of the money."""
        fee = _WIRE_FEE[self.account.currency]
        return replace(whole, amount=whole.amount - fee, residual_code="bank_fee", residual=fee)

    def _returned(self, arrival: Arrival) -> list[Entry]:
        """A payout that failed after it was called paid: credited, and taken back before Stripe said so."""
        assert arrival.failed is not None, arrival.payout["id"]
        credit = self._line(arrival, on_time=True)
        back = max(credit.booked, on_or_before(arrival.failed, self.account.calendar))
        debit = replace(
            credit,
            booked=back,
            valued=back,
            amount=-credit.amount,
            kind="payout_return",
            text=f"RETURN {credit.text}",
            residual=-credit.residual,
        )
        return [credit, debit]

    def _bank_day(self, day: date) -> date:
        return on_or_after(day, self.account.calendar)

    @property
    def _is_american(self) -> bool:
        return self.account.currency == "usd"

    @property
    def _payer(self) -> str:
        return "STRIPE" if self._is_american else "STRIPE TECHNOLOGY EUROPE LTD"
