"""A journal as the accounting programs want it: dated, balanced in one currency of one tenant, exact.

Amounts are integer minor units until they are printed; printing moves the decimal point in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.domain.errors import TieoutError


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of one account: debit or credit in minor units, the other is 0."""

    ledger_account: str
    debit_minor: int
    credit_minor: int
    leg: str = ""
    clearing_id: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """The lines of one entry, or of one day: one tenant, one currency. `entry_id` is empty for a day."""

    posting_date: date
    account_id: str
    currency: str
    entry_id: str
    entry_kind: str
    source_object_id: str
    lines: Sequence[JournalLine]

    @property
    def title(self) -> str:
        """What a person reads first; also unique among the journals of one export."""
        if self.entry_id:
            return f"{self.entry_kind} {self.entry_id} {self.currency}"
        return f"Stripe {self.account_id} {self.currency} {self.posting_date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one ledger account, minor units, debit positive."""

    account_id: str
    currency: str
    ledger_account: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class GlAccount:
    """What a company calls a ledger account in its general ledger; empty: nothing said."""

    gl_code: str = ""
    gl_name: str = ""
    class_name: str = ""
    department: str = ""
    location: str = ""


@dataclass(frozen=True)
class Book:
    """What surrounds the journals of a period.

    Attributes:
        period: The period as it was asked for.
        first_day: First day of the period.
        last_day: Its last day.
        exponents: Currency -> decimals of its minor unit.
        mapping: Ledger account -> its name in the general ledger.
        accounts: (tenant, ledger account, account class) of everything that has a balance or a line.
        opening: Balances before the first day that are not zero; empty at the beginning of the books.
        closing: Balances after the last day, zeros too.
        tax_rate: What Xero calls the tax rate of lines without tax; it differs by country.
    """

    period: str
    first_day: date
    last_day: date
    exponents: Mapping[str, int]
    mapping: Mapping[str, GlAccount] = field(default_factory=dict)
    accounts: Sequence[tuple[str, str, str]] = ()
    opening: Sequence[Balance] = ()
    closing: Sequence[Balance] = ()
    tax_rate: str = "Tax Exempt"

    def amount(self, amount_minor: int, currency: str) -> str:
        """Minor units as a decimal text with all decimals of the currency.

        Raises:
            TieoutError: The currency is not known, so its decimals are not either.
        """
        if currency not in self.exponents:
            raise TieoutError(
                f"The decimals of currency {currency!r} are not known.",
                where="marts.dim_currencies",
                remedy="Add it to company/currencies.csv and run again.",
            )
        return decimal_text(amount_minor, self.exponents[currency])


def decimal_text(amount_minor: int, exponent: int) -> str:
    """Minor units as a plain decimal text: no float, no grouping. `(-5, 2)` is `-0.05`."""
    digits = str(abs(amount_minor)).rjust(exponent + 1, "0")
    text = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    return f"-{text}" if amount_minor < 0 else text


def balanced(journals: Iterable[Journal]) -> Iterator[Journal]:
    """The same journals; each is proved to balance before it is handed on.

    Raises:
        TieoutError: One does not balance.
    """
    for journal in journals:
        debits = sum(line.debit_minor for line in journal.lines)
        credits = sum(line.credit_minor for line in journal.lines)
        if debits != credits:
            raise TieoutError(
                f"A journal does not balance: {debits} debited, {credits} credited ({journal.currency}, minor units).",
                where=journal.title,
                remedy="Do not import anything of it. Check the file with `tieout verify`, then run `tieout run`.",
            )
        yield journal
