"""The rest of the company's life at the bank: rent, payroll, suppliers, customers who wire, fees, interest, tax.

None of it comes from Stripe. Customers' wires are made to look like payouts, now and then to the cent.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from orchestration.sandbox.surroundings.bank.deck import Deck
from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry
from orchestration.sandbox.world.bank_days import on_or_after, on_or_before

# what an account turns over in a quiet month, in minor units
_LEAST_TURNOVER = {"usd": 2_000_000, "eur": 1_500_000, "jpy": 2_000_000, "kwd": 5_000_000}
_QUARTERLY = (1, 4, 7, 10)
_MONTHLY = tuple(range(1, 13))


@dataclass(frozen=True)
class Standing:
    """A line that comes back: on which day, for how much of the month's turnover, signed."""

    day: int
    per_mille: int
    text: str
    counterparty: str = ""
    kind: str = "unrelated"
    months: tuple[int, ...] = _MONTHLY


_STANDING = {
    "usd_operating": (
        Standing(1, -40, "RENT 40 HARBOR STREET", "HARBOR STREET PROPERTIES"),
        Standing(15, -160, "PAYROLL", "BRIGHTPAY PAYROLL"),
        Standing(28, -160, "PAYROLL", "BRIGHTPAY PAYROLL"),
        Standing(20, -90, "USATAXPYMT", "IRS", months=_QUARTERLY),
        Standing(31, 1, "INTEREST CREDIT", kind="interest"),
        Standing(31, -2, "ACCOUNT ANALYSIS FEE", kind="bank_fee"),
        Standing(12, -1, "FOREIGN EXCHANGE FEE", kind="bank_fee", months=_QUARTERLY),
    ),
    "usd_instant": (
        Standing(3, -120, "SHIPPING LABELS", "PARCELWAY"),
        Standing(31, 1, "INTEREST PAID", kind="interest"),
        Standing(31, -1, "MONTHLY SERVICE CHARGE", kind="bank_fee"),
    ),
    "eur": (
        Standing(1, -60, "MIETE BUERO GARTENSTR. 8", "HAUSVERWALTUNG KELLER GMBH"),
        Standing(27, -250, "LOHN UND GEHALT", "LANTERN HILL EUROPE GMBH"),
        Standing(10, -80, "UMSATZSTEUER STNR 143/210/11223", "FINANZAMT MUENCHEN"),
        Standing(31, 1, "HABENZINSEN", kind="interest", months=(3, 6, 9, 12)),
        Standing(31, -2, "KONTOFUEHRUNG", kind="bank_fee"),
        Standing(16, -1, "DEVISENPROVISION AUSLANDSZAHLUNG", kind="bank_fee", months=_QUARTERLY),
    ),
    "jpy": (
        Standing(5, -90, "LOYER BUREAU SHIBUYA", "SAKURA OFFICE KK"),
        Standing(25, -220, "SALAIRES", "LANTERN HILL JAPAN KK"),
        Standing(31, 1, "INTERETS CREDITEURS", kind="interest", months=(3, 6, 9, 12)),
        Standing(31, -2, "FRAIS DE TENUE DE COMPTE", kind="bank_fee"),
        Standing(18, -1, "COMMISSION DE CHANGE", kind="bank_fee", months=_QUARTERLY),
    ),
    "kwd": (
        Standing(4, -80, "MIETE BUERO KUWAIT CITY", "AL SALAM REAL ESTATE"),
        Standing(24, -200, "GEHAELTER", "LANTERN HILL GULF WLL"),
        Standing(31, 1, "HABENZINSEN", kind="interest", months=(3, 6, 9, 12)),
        Standing(31, -2, "KONTOFUEHRUNG", kind="bank_fee"),
        Standing(17, -1, "DEVISENPROVISION", kind="bank_fee", months=_QUARTERLY),
    ),
}
# the first of them is there to trap whoever searches for a part of a name
_CUSTOMERS = ("PINSTRIPE TAILORS LTD", "NORDLICHT HANDEL GMBH", "ORCHARD BOOKS INC", "KANDA TRADING")
_SUPPLIERS = ("CLOUDWORKS HOSTING", "PAPERTRAIL OFFICE SUPPLY", "KESTREL LEGAL LLP", "ADMIRABLE MEDIA")


_LIKENESS = {"exact": 1, "near": 3}


def turnover(account: BankAccount, payouts: list[Entry], months: int) -> int:
    """What Stripe brings in a month, in minor units; never less than what keeps the account alive."""
    return max(sum(entry.amount for entry in payouts) // months, _LEAST_TURNOVER[account.currency])


class Household:
    """Books all lines of one account that Stripe has nothing to do with."""

    def __init__(self, account: BankAccount, rng: random.Random) -> None:
        self.account = account
        self._rng = rng
        self._invoice = rng.randint(2_000, 4_000)
        self._likeness = Deck(rng, _LIKENESS)
        self._customers = Deck(rng, dict.fromkeys(_CUSTOMERS, 1))

    def book(self, months: list[date], payouts: list[Entry]) -> Iterator[Entry]:
        """The lines, in no order.

        Args:
            months: First days of the months to fill.
            payouts: The account's lines from Stripe; they set the scale, and what the wires imitate.
        """
        scale = turnover(self.account, payouts, len(months))
        for month in months:
            for standing in _STANDING[self.account.name]:
                if month.month in standing.months:
                    yield self._standing(standing, month, scale)
            for _ in range(self._rng.randint(1, 3)):
                yield self._supplier(month, scale)
            models = [entry for entry in payouts if entry.amount > 0 and _same_month(entry.booked, month)]
            for _ in range(self._rng.randint(1, 2)):
                yield self._wire(self._rng.choice(models)) if models else self._deposit(month, scale)

    def _standing(self, standing: Standing, month: date, scale: int) -> Entry:
        amount = max(scale * abs(standing.per_mille) // 1000, 1)
        return _line(
            self._in_month(month, standing.day),
            amount if standing.per_mille > 0 else -amount,
            standing.text,
            standing.counterparty,
            standing.kind,
        )

    def _supplier(self, month: date, scale: int) -> Entry:
        day = self._in_month(month, self._rng.randint(1, 28))
        amount = scale * self._rng.randint(2_000, 30_000) // 1_000_000
        return _line(day, -amount, self._numbered("INV"), self._rng.choice(_SUPPLIERS))

    def _wire(self, model: Entry) -> Entry:
        """A customer pays by wire, about or exactly what Stripe pays out on that day."""
        amount = model.amount
        if self._likeness.deal() == "near":
            amount += amount * self._rng.choice((-20, -9, -3, 4, 11, 25)) // 1000 + 1
        return _line(model.booked, amount, self._numbered("PAYMENT INVOICE"), self._customers.deal())

    def _deposit(self, month: date, scale: int) -> Entry:
        """A customer pays by wire in a month without payouts."""
        day = self._in_month(month, self._rng.randint(1, 28))
        amount = scale * self._rng.randint(20_000, 70_000) // 1_000_000
        return _line(day, amount, self._numbered("PAYMENT INVOICE"), self._customers.deal())

    def _numbered(self, what: str) -> str:
        self._invoice += self._rng.randint(1, 40)
        return f"{what} {self._invoice}"

    def _in_month(self, month: date, day: int) -> date:
        """The bank day on or after a day of the month, or before it when the month has none left."""
        wanted = month.replace(day=min(day, monthrange(month.year, month.month)[1]))
        found = on_or_after(wanted, self.account.calendar)
        return found if _same_month(found, month) else on_or_before(wanted, self.account.calendar)


def _line(day: date, amount: int, text: str, counterparty: str, kind: str = "unrelated") -> Entry:
    return Entry(day, day, amount, kind, text, "", counterparty)


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
