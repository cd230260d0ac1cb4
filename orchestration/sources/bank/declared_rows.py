"""Rows of a declared CSV -> entries and balances, by the layout alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.sources.bank.rules import Layout
from orchestration.sources.bank.statement import Entry, UnusableStatement
from orchestration.sources.bank.values import day, minor_units, stated


@dataclass(frozen=True)
class Row:
    """Cells by the names of their columns, and the line on which they end."""

    cells: Mapping[str, str]
    line: int

    def cell(self, column: str) -> str | None:
        """The cell, without blanks around it; None where the layout has no such column or it is empty."""
        return self.cells[column].strip() or None if column else None


class LayoutReader:
    """Reads the rows of one account."""

    def __init__(self, layout: Layout, currency: str, exponents: Mapping[str, int]) -> None:
        if layout.decimal_sign not in (".", ","):
            raise UnusableStatement(
                f"the layout declares the decimal sign {layout.decimal_sign!r}",
                "It is a point or a comma; correct company/bank_layouts.csv.",
            )
        self.layout, self.currency, self.exponents = layout, currency, exponents

    def is_balance(self, row: Row, kind: str) -> bool:
        """Whether the row states the opening or the closing balance."""
        text = self.layout.opening_text if kind == "opening" else self.layout.closing_text
        return bool(text) and row.cell(self.layout.text_column) == text

    def balance(self, rows: Sequence[Row]) -> int | None:
        """The stated balance of the only row, if there is one."""
        return self._minor(rows[0], self.layout.balance_column, "balance") if rows else None

    def booked_date(self, row: Row) -> date:
        return day(
            row.cell(self.layout.booked_date_column), self.layout.date_format, f"line {row.line}, date"
        )

    def entry(self, row: Row) -> Entry:
        """One entry.

        Raises:
            UnusableStatement: An amount or date does not fit the layout.
        """
        layout = self.layout
        valued = row.cell(layout.value_date_column)
        return Entry(
            line=row.line,
            booked_date=self.booked_date(row),
            value_date=day(valued, layout.date_format, f"line {row.line}, value date") if valued else None,
            amount_minor=self._amount(row),
            currency=self.currency,
            end_to_end_id=stated(row.cell(layout.reference_column)),
            counterparty=stated(row.cell(layout.counterparty_column)),
            description=stated(row.cell(layout.text_column)),
        )

    def running_ends(self, rows: Sequence[Row], entries: Sequence[Entry]) -> tuple[int | None, int | None]:
        """Opening and closing balance of a file that prints only the balance after each entry."""
        if not rows or not self.layout.balance_column:
            return None, None
        first = self._minor(rows[0], self.layout.balance_column, "balance")
        last = self._minor(rows[-1], self.layout.balance_column, "balance")
        return (None if first is None else first - entries[0].amount_minor), last

    def prove_running_balance(
        self, rows: Sequence[Row], entries: Sequence[Entry], opening: int | None
    ) -> None:
        """The balance after each entry is the one before it and the amount.

        Raises:
            UnusableStatement: It is not; names the line.
        """
        if opening is None or not self.layout.balance_column:
            return
        balance = opening
        for row, entry in zip(rows, entries, strict=True):
            balance += entry.amount_minor
            printed = self._minor(row, self.layout.balance_column, "balance")
            if printed is not None and printed != balance:
                raise UnusableStatement(
                    f"line {row.line}: the balance is {printed}, the entries make {balance} minor units"
                )

    def _amount(self, row: Row) -> int:
        layout = self.layout
        if layout.amount_column:
            minor = self._minor(row, layout.amount_column, "amount")
            if minor is None:
                raise UnusableStatement(f"line {row.line}: the amount is empty")
            return minor
        debit = self._minor(row, layout.debit_column, "debit")
        credit = self._minor(row, layout.credit_column, "credit")
        if (debit is None) == (credit is None):
            raise UnusableStatement(f"line {row.line}: neither or both of debit and credit are filled")
        # banks print debits with or without a minus; the column says which side it is
        return abs(credit) if credit is not None else -abs(debit or 0)

    def _minor(self, row: Row, column: str, what: str) -> int | None:
        printed = row.cell(column)
        if printed is None:
            return None
        where = f"line {row.line}, {what}"
        sign = self.layout.decimal_sign
        thousands = "[., '\u00a0\u202f]".replace(sign, "")
        if not re.fullmatch(
            rf"[+-]?(?:\d+|\d{{1,3}}(?:{thousands}\d{{3}})+)(?:{re.escape(sign)}\d+)?", printed
        ):
            raise UnusableStatement(
                f"{where}: {printed!r} is no amount with the decimal sign {sign!r}",
                "Correct decimal_sign in company/bank_layouts.csv; it is declared, never guessed.",
            )
        plain = re.sub(thousands, "", printed).replace(sign, ".")
        return minor_units(plain, self.currency, self.exponents, where)
