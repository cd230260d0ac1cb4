"""What the importing programs cannot take, said before somebody imports it."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.domain.journal import Book
from orchestration.domain.journal_csv import tracking

NAMES = {"quickbooks": "QuickBooks Online", "xero": "Xero", "netsuite": "NetSuite"}
XERO_LINES = 300  # as its help page said when it was read
XERO_DIMENSIONS = 2
DECIMALS = 2


def limits(program: str, book: Book, lines: int) -> Iterator[str]:
    """One sentence for each limit of the program that the export goes beyond."""
    name = NAMES[program]
    tenants = sorted({item.account_id for item in book.closing})
    if len(tenants) > 1:
        yield (
            f"The file holds the books of {len(tenants)} tenants, and sellers are not subsidiaries: "
            f"--account ID writes one of them for one company in {name}."
        )
    currencies = sorted({item.currency for item in book.closing})
    wide = [currency for currency in currencies if book.exponents.get(currency, 0) > DECIMALS]
    if wide:
        yield f"{name} keeps {DECIMALS} decimals; the amounts in {', '.join(wide)} have more."
    if program != "xero":
        return
    if len(currencies) > 1:
        yield (
            f"Xero books manual journals in the base currency and has no column for another; this file holds "
            f"{', '.join(currencies)}: --currency CODE writes one."
        )
    if lines > XERO_LINES:
        yield f"Xero's help allows {XERO_LINES} lines in one file, this has {lines}: ask for shorter periods."
    unused = [dimension for dimension, _ in tracking(book)[XERO_DIMENSIONS:]]
    if unused:
        yield f"Xero has {XERO_DIMENSIONS} tracking categories; left out: {', '.join(unused)}."
