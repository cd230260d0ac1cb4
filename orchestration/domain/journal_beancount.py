"""Journals as a file of beancount, one line of text at a time: `bean-check FILE`.

The file carries its own check: it opens with the balances before the period, and ends with assertions of the
balances after it. Assertions tolerate nothing (`~ 0`): by default beancount lets a difference of one cent pass.
Balances run on from the beginning of the books: income and expense accounts are not closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from orchestration.domain import journal_accounts as shared
from orchestration.domain.journal import Book, Journal

Names = Mapping[tuple[str, str], str]


def beancount(book: Book, journals: Iterable[Journal]) -> Iterator[str]:
    """The whole file."""
    names = shared.account_names(book.accounts)
    yield from _directives(book, names)
    for (account_id, currency), balances in shared.by_currency(book.opening):
        yield ""
        yield f"{book.first_day} * {_string(f'opening balances {account_id} {currency}')}"
        for item in balances:
            amount = shared.commodity(book, item.balance_minor, currency)
            yield f"  {names[account_id, item.ledger_account]}  {amount}"
    for journal in journals:
        yield from _transaction(book, names, journal)
    yield ""
    next_day = book.last_day + timedelta(days=1)  # an assertion holds at the start of its day
    for item in book.closing:
        name = names[item.account_id, item.ledger_account]
        stated = book.amount(item.balance_minor, item.currency)
        yield f"{next_day} balance {name}  {stated} ~ 0 {item.currency.upper()}"


def _directives(book: Book, names: Names) -> Iterator[str]:
    yield f"; The ledger of tieout, {book.period}"
    yield f'option "title" {_string(f"tieout {book.period}")}'
    for currency in shared.currencies(book):
        yield f'option "operating_currency" "{currency.upper()}"'
    for (account_id, ledger_account), name in names.items():
        yield f"{book.first_day} open {name}"
        details = [("ledger_account", ledger_account), ("account_id", account_id)]
        yield from _metadata("  ", details + shared.gl_details(book, ledger_account))


def _transaction(book: Book, names: Names, journal: Journal) -> Iterator[str]:
    yield ""
    yield f"{journal.posting_date} * {_string(journal.entry_kind or journal.title)}"
    if journal.entry_id:
        source = ("source_object_id", journal.source_object_id)
        yield from _metadata("  ", [("entry_id", journal.entry_id), source])
    for line in journal.lines:
        amount = shared.commodity(book, line.debit_minor - line.credit_minor, journal.currency)
        yield f"  {names[journal.account_id, line.ledger_account]}  {amount}"
        yield from _metadata("    ", shared.line_details(line))


def _metadata(indent: str, details: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, value in details:
        yield f"{indent}{key}: {_string(value)}"


def _string(text: str) -> str:
    escaped = "".join(character if character.isprintable() else "_" for character in text)
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'
