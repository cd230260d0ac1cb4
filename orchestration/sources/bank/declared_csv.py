"""CSV of a bank, read by the layout that the company declares in `bank_layouts`; nothing is ever sniffed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.declared_rows import LayoutReader, Row
from orchestration.sources.bank.proof import prove
from orchestration.sources.bank.rules import BankRules, Layout
from orchestration.sources.bank.statement import BOOKED, Entry, Statement, StatementProblem, UnusableStatement
from orchestration.sources.bank.values import account_number, stated

_REMEDY = "Correct company/bank_layouts.csv, or export the file again."


@dataclass
class _Part:
    """Rows of one account and statement number."""

    account: str
    number: str | None
    rows: list[Row] = field(default_factory=list)


def read_declared_csv(
    path: Path, name: str, layout: Layout, rules: BankRules
) -> Iterator[Statement | StatementProblem]:
    """Statements of a CSV file, in its order.

    Raises:
        InputRefused: The file has another encoding, misses a declared column, or is no CSV.
    """
    text = _decoded(path, name, layout)
    rows = list(_rows(text, name, layout))
    parts: dict[tuple[str, str | None], _Part] = {}
    for row in rows:
        account = (row.cell(layout.account_column) if layout.account_column else layout.bank_account) or ""
        number = stated(row.cell(layout.statement_column))
        parts.setdefault((account, number), _Part(account, number)).rows.append(row)
    if not parts:
        raise InputRefused("The file holds no row.", where=name, remedy="Export the statement again.")
    for part in parts.values():
        try:
            yield _statement(part, layout, rules)
        except UnusableStatement as problem:
            lines = text.splitlines()
            kept = [lines[0], *(lines[row.line - 1] for row in part.rows if row.line <= len(lines))]
            yield StatementProblem(
                problem.what,
                problem.remedy,
                "\n".join(kept),
                part.rows[0].line,
                part.account or None,
                part.number,
            )


def _decoded(path: Path, name: str, layout: Layout) -> str:
    try:
        encoding = "utf-8-sig" if layout.encoding.lower() in ("utf-8", "utf8") else layout.encoding
        return path.read_bytes().decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise InputRefused(
            f"The file is not {layout.encoding}, as its layout declares: {error}", where=name, remedy=_REMEDY
        ) from None


def _rows(text: str, name: str, layout: Layout) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter or ",", strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        declared = [
            getattr(layout, column) for column in Layout.__dataclass_fields__ if column.endswith("_column")
        ]
        missing = sorted({column for column in declared if column and column not in header})
        if missing:
            raise InputRefused(
                f"Declared column {', '.join(missing)} is missing; the file has {', '.join(header)}.",
                where=name,
                remedy=_REMEDY,
            )
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise InputRefused(
                    f"The row has {len(cells)} cells instead of {len(header)}.",
                    where=f"{name} line {reader.line_num}",
                    remedy="The file may be cut or have another delimiter than declared; " + _REMEDY,
                )
            yield Row(dict(zip(header, cells, strict=True)), reader.line_num)
    except csv.Error as error:
        raise InputRefused(
            f"The file is no CSV: {error}", where=f"{name} line {reader.line_num}", remedy=_REMEDY
        ) from None


def _statement(part: _Part, layout: Layout, rules: BankRules) -> Statement:
    account = account_number(part.account)
    if account != account_number(layout.bank_account):
        raise UnusableStatement(
            f"its account {account} is not the one that the layout declares ({layout.bank_account})",
            "Declare a layout for this account in company/bank_layouts.csv.",
        )
    currency = rules.currency_of(account)
    if not currency:
        raise UnusableStatement(
            f"nobody has stated the currency of the account {account}",
            "List the account with its one currency in company/bank_accounts.csv.",
        )
    reader = LayoutReader(layout, currency, rules.exponents)
    balances = {
        kind: [row for row in part.rows if reader.is_balance(row, kind)] for kind in ("opening", "closing")
    }
    if any(len(found) > 1 for found in balances.values()):
        raise UnusableStatement("it states its opening or closing balance more than once")
    listed = [row for row in part.rows if not any(row in found for found in balances.values())]
    entries: list[Entry] = [reader.entry(row) for row in listed]
    opening, closing = (reader.balance(balances[kind]) for kind in ("opening", "closing"))
    if opening is None and closing is None:
        opening, closing = reader.running_ends(listed, entries)
    reader.prove_running_balance(listed, entries, opening)
    days = [reader.booked_date(row) for row in part.rows]
    statement = Statement(
        source_format="csv",
        statement_kind=BOOKED,
        bank_account=account,
        currency=currency,
        counted_entries=len(part.rows) - sum(map(len, balances.values())),
        line=part.rows[0].line,
        statement_number=part.number,
        sequence_number=int(part.number) if part.number and part.number.isdigit() else None,
        starts_on=min(days),
        ends_on=max(days),
        opening_minor=opening,
        closing_minor=closing,
        entries=entries,
    )
    prove(statement)
    return statement
