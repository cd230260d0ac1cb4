"""What a bank books and states, whatever format it prints: accounts, entries, statements, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BankAccount:
    """An account of the company.

    Attributes:
        name: Begins the names of its statement files.
        number: As printed on statements: an IBAN, or an account number of the bank.
        bank_id: BIC or US routing number.
        calendar: Whose holidays the bank keeps.
        format: In which its statements come: bai2, camt, csv, mt940 or ofx.
    """

    name: str
    number: str
    bank: str
    bank_id: str
    currency: str
    calendar: str
    format: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement.

    Attributes:
        booked, valued: When it is in the balance, and from when it bears interest.
        amount: Minor units; positive when the bank credits the company.
        kind: What it truly is: payout, payout_return, payout_part, payout_batch, topup, bank_fee, interest,
            unrelated. No bank prints it.
        text: What the bank prints of the payment's purpose.
        reference: What it prints of the payer's own reference; empty when it passes none on.
        counterparty: Name at the other end; empty when the bank does not say.
        payout_ids: The payouts that it pays, or takes back.
        topup_id: The top-up that it funds, or that comes back.
        residual_code, residual: Why, and by how many minor units, the payouts are more than the line.
    """

    booked: date
    valued: date
    amount: int
    kind: str
    text: str
    reference: str = ""
    counterparty: str = ""
    payout_ids: tuple[str, ...] = ()
    topup_id: str = ""
    residual_code: str = ""
    residual: int = 0


@dataclass(frozen=True)
class Statement:
    """Entries between two balances, in minor units; `first` and `last` are days, both included."""

    number: int
    first: date
    last: date
    opening: int
    entries: tuple[Entry, ...]

    @property
    def credits(self) -> list[int]:
        return [entry.amount for entry in self.entries if entry.amount > 0]

    @property
    def debits(self) -> list[int]:
        """The amounts of the debits, as positive numbers."""
        return [-entry.amount for entry in self.entries if entry.amount < 0]

    @property
    def closing(self) -> int:
        return self.opening + sum(self.credits) - sum(self.debits)


@dataclass(frozen=True)
class StatementFile:
    """One file: its number in the account's sequence, and what it holds."""

    name: str
    number: int
    statements: tuple[Statement, ...]


def printed(minor: int, exponent: int, sign: str = ".") -> str:
    """An amount without its sign in major units; `sign` separates the decimals, and stands even before none."""
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    return f"{digits[: len(digits) - exponent]}{sign}{digits[len(digits) - exponent :]}"
