"""Journals as a journal file of hledger, one line of text at a time: `hledger -f FILE check`.

The file carries its own check: it opens with the balances before the period, and ends with assertions of the
balances after it. hledger adds up the lines and refuses the file when a cent is missing. Balances run on from
the beginning of the books: income and expense accounts are not closed at the end of a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from orchestration.domain import journal_accounts as shared
from orchestration.domain.journal import Book, Journal

Names = Mapping[tuple[str, str], str]


def hledger(book: Book, journals: Iterable[Journal]) -> Iterator[str]:
    """The whole file."""
    names = shared.account_names(book.accounts)
    yield from _directives(book, names)
    for (account_id, currency), balances in shared.by_currency(book.opening):
        yield ""
        yield f"{book.first_day} * opening balances {_plain(account_id)} {currency}"
        for item in balances:
            amount = shared.commodity(book, item.balance_minor, currency)
            yield f"    {names[account_id, item.ledger_account]}  {amount}"
    for journal in journals:
        yield from _transaction(book, names, journal)
    for (account_id, currency), balances in shared.by_currency(book.closing):
        yield ""
        yield f"{book.last_day} * closing balances {_plain(account_id)} {currency}"
        nothing = shared.commodity(book, 0, currency)
        for item in balances:
            stated = shared.commodity(book, item.balance_minor, currency)
            yield f"    {names[account_id, item.ledger_account]}  {nothing} = {stated}"


def _directives(book: Book, names: Names) -> Iterator[str]:
    yield f"; The ledger of tieout, {_plain(book.period)}"
    yield "decimal-mark ."
    for currency in shared.currencies(book):
        sample = book.amount(1000 * 10 ** book.exponents.get(currency, 0), currency)
        yield f"commodity {sample if '.' in sample else f'{sample}.'} {currency.upper()}"
    for (_, ledger_account), name in names.items():
        yield f"account {name}{_tags(shared.gl_details(book, ledger_account))}"


def _transaction(book: Book, names: Names, journal: Journal) -> Iterator[str]:
    yield ""
    code = f"({_plain(journal.entry_id)}) " if journal.entry_id else ""
    yield f"{journal.posting_date} * {code}{_plain(journal.entry_kind or journal.title)}"
    for line in journal.lines:
        amount = shared.commodity(book, line.debit_minor - line.credit_minor, journal.currency)
        tags = _tags(shared.line_details(line))
        yield f"    {names[journal.account_id, line.ledger_account]}  {amount}{tags}"


def _tags(details: list[tuple[str, str]]) -> str:
    return "  ; " + ", ".join(f"{key}: {_plain(value)}" for key, value in details) if details else ""


def _plain(text: str) -> str:
    """Text that hledger takes as text: no comment, tag or code begins or ends in it, and no line."""
    return "".join(
        "_" if character in ";|()," or not character.isprintable() else character for character in text
    )
