"""Journals as the CSV files that QuickBooks Online, Xero and NetSuite import, one line of text at a time.

Columns and limits as their import pages state them (read in November 2026):
- QuickBooks Online: the headings of Intuit's sample file, stars included; accounts by name, `Parent:Child`;
  days as MM/DD/YYYY; a journal number has at most 21 characters.
- Xero, manual journals: the headings of Xero's template; lines with the same narration and day are one journal;
  debits positive, credits negative; accounts by code; two tracking categories.
- NetSuite, import assistant: columns are assigned by hand, so the headings are its field names; lines with the
  same external id are one entry; accounts by number, or by name when accounts have no numbers.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from orchestration.domain.journal import Book, GlAccount, Journal, JournalLine

QUICKBOOKS = (
    *("*JournalNo", "*JournalDate", "*AccountName", "*Debits", "*Credits"),
    *("Description", "Name", "Currency", "Location", "Class"),
)
XERO = (
    *("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2"),
)
NETSUITE = (
    *("External ID", "Date", "Currency", "Memo", "Account", "Debit", "Credit"),
    *("Line Memo", "Department", "Class", "Location"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Dimension = tuple[str, Callable[[GlAccount], str]]
NOTHING = GlAccount()
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')


def quickbooks(book: Book, journals: Iterable[Journal]) -> Iterator[str]:
    """QuickBooks Online: Settings, Import data, Journal entries (with account numbers turned off)."""
    yield csv_line(QUICKBOOKS)
    for journal in journals:
        number, day = journal_number(journal), american_day(journal.posting_date)
        currency = journal.currency.upper()
        for line, account in _lines(book, journal):
            yield csv_line(
                (
                    number,
                    day,
                    account.gl_name or account.gl_code or line.ledger_account,
                    _side(book, line.debit_minor, journal.currency),
                    _side(book, line.credit_minor, journal.currency),
                    _description(journal, line),
                    "",
                    currency,
                    account.location or account.department,
                    account.class_name,
                )
            )


def xero(book: Book, journals: Iterable[Journal]) -> Iterator[str]:
    """Xero: Manual journals, Import."""
    tracked = tracking(book)[:2]
    yield csv_line(XERO)
    for journal in journals:
        day = journal.posting_date
        readable = f"{day.day} {MONTHS[day.month - 1]} {day.year}"  # read alike in every region
        for line, account in _lines(book, journal):
            yield csv_line(
                (
                    journal.title,
                    readable,
                    _description(journal, line),
                    account.gl_code or line.ledger_account,
                    book.tax_rate,
                    book.amount(line.debit_minor - line.credit_minor, journal.currency),
                    *_options(tracked, account),
                )
            )


def netsuite(book: Book, journals: Iterable[Journal]) -> Iterator[str]:
    """NetSuite: Import CSV records, Transactions, Journal entry."""
    yield csv_line(NETSUITE)
    for journal in journals:
        number, day = f"tieout:{journal_number(journal)}", american_day(journal.posting_date)
        currency = journal.currency.upper()
        for line, account in _lines(book, journal):
            yield csv_line(
                (
                    number,
                    day,
                    currency,
                    journal.title,
                    account.gl_code or account.gl_name or line.ledger_account,
                    _side(book, line.debit_minor, journal.currency),
                    _side(book, line.credit_minor, journal.currency),
                    _description(journal, line),
                    account.department,
                    account.class_name,
                    account.location,
                )
            )


def tracking(book: Book) -> list[Dimension]:
    """The dimensions that the company's mapping uses, as (name, how to read it)."""
    dimensions: list[Dimension] = [
        ("Class", lambda account: account.class_name),
        ("Department", lambda account: account.department),
        ("Location", lambda account: account.location),
    ]
    return [item for item in dimensions if any(item[1](account) for account in book.mapping.values())]


def _options(tracked: Sequence[Dimension], account: GlAccount) -> list[str]:
    """Name and option of both tracking categories; empty where the account has none."""
    cells = [
        cell
        for name, option in tracked
        for cell in ((name, option(account)) if option(account) else ("", ""))
    ]
    return cells + [""] * (4 - len(cells))


def journal_number(journal: Journal) -> str:
    """A number of 21 characters: the day, the currency, and 50 bits of what else makes the journal one."""
    digest = hashlib.sha256(f"{journal.account_id}\n{journal.entry_id}".encode()).digest()
    tail = base64.b32encode(digest)[:10].decode()
    return f"{journal.posting_date:%Y%m%d}{journal.currency.upper()[:3]}{tail}"


def _lines(book: Book, journal: Journal) -> Iterator[tuple[JournalLine, GlAccount]]:
    for line in journal.lines:
        if line.debit_minor or line.credit_minor:  # the programs refuse a line without an amount
            yield line, book.mapping.get(line.ledger_account, NOTHING)


def csv_line(cells: Iterable[str]) -> str:
    """Cells as one line of CSV."""
    return ",".join([_quoted(cell) for cell in cells])


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def _side(book: Book, amount_minor: int, currency: str) -> str:
    return book.amount(amount_minor, currency) if amount_minor else ""


def _description(journal: Journal, line: JournalLine) -> str:
    """What the line is; it begins with a word of ours, so that no spreadsheet takes it for a formula."""
    parts = (
        "ledger",
        journal.entry_id or journal.account_id,
        line.ledger_account,
        line.leg,
        line.clearing_id,
    )
    return " ".join(part for part in parts if part)


def american_day(day: date) -> str:
    """MM/DD/YYYY."""
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"
