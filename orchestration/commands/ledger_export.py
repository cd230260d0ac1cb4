"""`tieout ledger export`: the journal of a period as another program reads it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import TieoutError, UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.domain.journal import Book, Journal

FORMATS = ("quickbooks", "xero", "netsuite", "hledger", "beancount")

EXAMPLES = """
  tieout ledger export --period 2026-03 --format quickbooks --account platform --out march.csv
  tieout ledger export --period 2025-04..2026-03 --format hledger --by entry --out year.journal
  tieout ledger export --period 2026 --format beancount --out 2026.beancount && bean-check 2026.beancount
"""


@tieout_command("export", examples=EXAMPLES)
@click.option("--period", required=True, metavar="PERIOD", help="2026-03, 2026, or 2025-04..2026-03.")
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), required=True, help="Program that reads it."
)
@click.option("--account", default="", metavar="ID", help="The books of one tenant: `platform` or acct_...")
@click.option("--currency", default="", metavar="CODE", help="Only the books in this currency.")
@click.option(
    "--by",
    type=click.Choice(["day", "entry"]),
    default="day",
    show_default=True,
    help="One journal per day, tenant and currency, or per ledger entry.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; else to the terminal."
)
@click.option(
    "--tax-rate",
    default="Tax Exempt",
    show_default=True,
    metavar="NAME",
    help="Xero only: what your organisation calls the rate of lines without tax (No VAT, BAS Excluded ...).",
)
def command(
    workspace: Workspace,
    debug: bool,
    period: str,
    output_format: str,
    account: str,
    currency: str,
    by: str,
    out: Path | None,
    tax_rate: str,
) -> None:
    """Write the journal of a period for another program.

    Accounts and dimensions are named by company/gl_mapping.csv; an account that is not in it keeps its own
    name. Every journal balances. hledger and beancount files open with the balances before the period and
    assert those after it, so that the program itself proves them.
    """
    from orchestration.domain.journal import balanced
    from orchestration.domain.journal_period import period_bounds
    from orchestration.warehouse.ledger.journals import Slice, book_of, days_of, journals
    from orchestration.warehouse.ledger.reading import reading

    first, last = period_bounds(period)
    wanted = Slice(first, last, account_id=account, currency=currency.lower())
    with reading(workspace) as ledger:
        days = days_of(ledger, wanted)
        book = book_of(ledger, wanted, days, tax_rate=tax_rate)
        counts = _Counts(balanced(journals(ledger, wanted, by)))
        with _target(out) as stream:
            for line in _formatter(output_format)(book, counts):
                stream.write(line)
                stream.write("\n")
        as_of = ledger.as_of
    for note in _notes(output_format, book, counts, days.open_periods):
        click.echo(note, err=True)
    if as_of is not None and as_of.date() <= days.last_day:
        click.echo(f"The period runs on: facts after {as_of:%Y-%m-%dT%H:%M:%SZ} are not in it.", err=True)


def _formatter(output_format: str) -> Callable[[Book, Iterable[Journal]], Iterator[str]]:
    from orchestration.domain import journal_csv
    from orchestration.domain.journal_beancount import beancount
    from orchestration.domain.journal_hledger import hledger

    formatters = {
        "quickbooks": journal_csv.quickbooks,
        "xero": journal_csv.xero,
        "netsuite": journal_csv.netsuite,
        "hledger": hledger,
        "beancount": beancount,
    }
    return formatters[output_format]


class _Counts:
    """Counts journals and lines on their way."""

    def __init__(self, journals: Iterable[Journal]) -> None:
        self._journals = journals
        self.journals = self.lines = 0
        self.used: set[str] = set()

    def __iter__(self) -> Iterator[Journal]:
        for journal in self._journals:
            self.journals += 1
            self.lines += len(journal.lines)
            self.used.update(line.ledger_account for line in journal.lines)
            yield journal


@contextmanager
def _target(out: Path | None) -> Iterator[IO[str]]:
    """The terminal, or a file that appears only when it is whole."""
    if out is None:
        yield sys.stdout
        return
    import os

    if not out.resolve().parent.is_dir():
        raise UsageError(
            "The folder of --out does not exist.", where=str(out), remedy="Create it, or name another."
        )
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        os.replace(part, out)
    except OSError as error:
        raise TieoutError(
            f"The file cannot be written: {error.strerror}.",
            where=str(out),
            remedy="Name another with --out.",
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _notes(output_format: str, book: Book, counts: _Counts, open_periods: list[str]) -> Iterator[str]:
    """What a person should know about the export; it goes to stderr."""
    from orchestration.commands.rendering import counted, printable
    from orchestration.domain.journal_limits import limits

    size = f"{counted(counts.journals, 'journal')} with {counted(counts.lines, 'line')}"
    yield f"{size} ({book.period}, {output_format})."
    is_csv = output_format not in ("hledger", "beancount")
    unmapped = sorted(counts.used - book.mapping.keys())
    if unmapped and (is_csv or book.mapping):
        yield (
            f"{counted(len(unmapped), 'account')} without a row in company/gl_mapping.csv kept the own name: "
            + printable(", ".join(unmapped))
        )
    if is_csv:
        yield from limits(output_format, book, counts.lines)
    if open_periods:
        yield f"Not closed yet, so later facts may change it: {', '.join(open_periods)}."
