"""Prints statements as a bank's own CSV, and declares its layout: nobody has to guess a date or a decimal."""

from __future__ import annotations

import csv
import io
from datetime import date

from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry, StatementFile, printed
from orchestration.sandbox.world.money import EXPONENTS

_DECIMALS = 2  # this bank prints two whatever the currency, ",00" after yen too
_OPENING, _CLOSING = "SOLDE INITIAL", "SOLDE FINAL"
LAYOUT = {
    "encoding": "utf-8",
    "delimiter": ";",
    "date_format": "%d/%m/%Y",
    "decimal_sign": ",",
    "account_column": "Compte",
    "statement_column": "Relevé",
    "booked_date_column": "Date",
    "value_date_column": "Date de valeur",
    "amount_column": "",
    "debit_column": "Débit",
    "credit_column": "Crédit",
    "text_column": "Libellé",
    "counterparty_column": "Contrepartie",
    "reference_column": "Référence",
    "balance_column": "Solde",
    "opening_text": _OPENING,
    "closing_text": _CLOSING,
}
_COLUMNS = [name for key, name in LAYOUT.items() if key.endswith("_column") and name]


def layout_of(account: BankAccount) -> dict[str, str]:
    """The account's row in `bank_layouts`; a column that its files do not have is empty."""
    return {"bank_account": account.number, "file_pattern": f"{account.name}_*.csv", **LAYOUT}


def print_csv(account: BankAccount, file: StatementFile) -> str:
    """A row with the opening balance, the entries with the balance after each, a row with the closing one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", delimiter=LAYOUT["delimiter"], lineterminator="\n")
    writer.writeheader()
    for statement in file.statements:
        ends = _row(account=account.number, statement=str(statement.number))
        balance = statement.opening
        stated = _row(booked_date=_day(statement.first), text=_OPENING, balance=_signed(account, balance))
        writer.writerow(ends | stated)
        for entry in statement.entries:
            balance += entry.amount
            writer.writerow(ends | _entry(account, entry) | _row(balance=_signed(account, balance)))
        stated = _row(booked_date=_day(statement.last), text=_CLOSING, balance=_signed(account, balance))
        writer.writerow(ends | stated)
    return text.getvalue()


def _entry(account: BankAccount, entry: Entry) -> dict[str, str]:
    amount = _signed(account, abs(entry.amount))
    return _row(
        booked_date=_day(entry.booked),
        value_date=_day(entry.valued),
        text=entry.text,
        counterparty=entry.counterparty,
        reference=entry.reference,
    ) | (_row(debit=amount) if entry.amount < 0 else _row(credit=amount))


def _row(**cells: str) -> dict[str, str]:
    """Cells under the column names that the layout declares for them."""
    return {LAYOUT[f"{role}_column"]: cell for role, cell in cells.items()}


def _day(day: date) -> str:
    return day.strftime(LAYOUT["date_format"])


def _signed(account: BankAccount, minor: int) -> str:
    more = _DECIMALS - EXPONENTS[account.currency]
    return f"{'-' if minor < 0 else ''}{printed(minor * 10**more, _DECIMALS, LAYOUT['decimal_sign'])}"
