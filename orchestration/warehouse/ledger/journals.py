"""The journal of a period from the published ledger: by day or by entry, streamed in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.domain.errors import UsageError
from orchestration.domain.journal import Balance, Book, GlAccount, Journal, JournalLine
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import POSTINGS, Ledger, check_account

PERIODS = "marts.dim_periods"
MAPPING = "marts.dim_gl_mapping"


@dataclass(frozen=True)
class Slice:
    """Which postings: periods `first` to `last`, and one tenant or one currency when they are given."""

    first: str
    last: str
    account_id: str = ""
    currency: str = ""

    @property
    def books(self) -> str:
        """The condition on whose books."""
        parts = ["true"]
        if self.account_id:
            parts.append(f"account_id = {literal(self.account_id)}")
        if self.currency:
            parts.append(f"currency = {literal(self.currency)}")
        return " and ".join(parts)

    @property
    def in_period(self) -> str:
        return f"{self.books} and period_id >= {literal(self.first)} and period_id <= {literal(self.last)}"

    @property
    def before(self) -> str:
        return f"{self.books} and period_id < {literal(self.first)}"

    @property
    def until_end(self) -> str:
        return f"{self.books} and period_id <= {literal(self.last)}"


@dataclass(frozen=True)
class Days:
    """The days of a period in the reporting zone, and the periods in it that are not closed."""

    first_day: date
    last_day: date
    open_periods: list[str]


def days_of(ledger: Ledger, wanted: Slice) -> Days:
    """First and last day of the period.

    Raises:
        UsageError: No such period is published.
    """
    ledger.need(PERIODS)
    found = list(
        ledger.rows(
            f"select period_id, epoch_us(starts_at), epoch_us(ends_at), status from {PERIODS} "
            f"where period_id between {literal(wanted.first)} and {literal(wanted.last)} order by period_id"
        )
    )
    if not found:
        known = [row[0] for row in ledger.rows(f"select period_id from {PERIODS} order by period_id")]
        raise UsageError(
            "Nothing is published for this period.",
            where=wanted.first if wanted.first == wanted.last else f"{wanted.first}..{wanted.last}",
            remedy=f"Published periods: {known[0]} to {known[-1]}." if known else "Run tieout run first.",
        )
    zone = _reporting_zone(ledger)
    # the same period can stand once per tenant
    return Days(
        first_day=_day(min(row[1] for row in found), zone),
        last_day=_day(max(row[2] for row in found), zone) - timedelta(days=1),
        open_periods=sorted({row[0] for row in found if row[3] != "closed"}),
    )


def _day(microseconds: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(zone).date()


def _reporting_zone(ledger: Ledger) -> ZoneInfo:
    if "meta.settings" in ledger.columns:
        for (zone,) in ledger.rows("select value from meta.settings where name = 'reporting_timezone'"):
            return ZoneInfo(zone)
    return ZoneInfo("UTC")


def book_of(ledger: Ledger, wanted: Slice, days: Days, *, tax_rate: str) -> Book:
    """What surrounds the journals: accounts, mapping, opening and closing balances."""
    if wanted.account_id:
        check_account(ledger, wanted.account_id)
    exponents = ledger.exponents()
    if wanted.currency and wanted.currency not in exponents:
        raise UsageError(f"Currency {wanted.currency!r} is not known.", remedy="Give its code, such as usd.")
    closing = _balances(ledger, wanted.until_end)
    classes = dict(ledger.rows("select ledger_account, account_class from marts.dim_ledger_accounts"))
    names = sorted({(item.account_id, item.ledger_account) for item in closing})
    return Book(
        period=wanted.first if wanted.first == wanted.last else f"{wanted.first}..{wanted.last}",
        first_day=days.first_day,
        last_day=days.last_day,
        exponents=exponents,
        mapping=_mapping(ledger),
        accounts=[(account, name, classes.get(name, "clearing")) for account, name in names],
        opening=[item for item in _balances(ledger, wanted.before) if item.balance_minor],
        closing=closing,
        tax_rate=tax_rate,
    )


def _balances(ledger: Ledger, condition: str) -> list[Balance]:
    return [
        Balance(account_id, currency, ledger_account, int(amount))
        for account_id, currency, ledger_account, amount in ledger.rows(
            f"select account_id, currency, ledger_account, sum(debit_minor) - sum(credit_minor) "
            f"from {POSTINGS} where {condition} group by all order by all"
        )
    ]


def _mapping(ledger: Ledger) -> dict[str, GlAccount]:
    if MAPPING not in ledger.columns:
        return {}
    return {
        row[0]: GlAccount(*(value or "" for value in row[1:]))
        for row in ledger.rows(
            f"select ledger_account, gl_code, gl_name, class, department, location from {MAPPING}"
        )
    }


def journals(ledger: Ledger, wanted: Slice, by: str) -> Iterator[Journal]:
    """The journals of the period in order of day, tenant, currency and entry; by is `day` or `entry`.

    A day sums the debits and the credits of each account apart, so that its totals are the trial balance's.
    """
    query = _BY_ENTRY if by == "entry" else _BY_DAY
    rows = ledger.rows(query.format(postings=POSTINGS, condition=wanted.in_period))
    for key, group in groupby(rows, key=itemgetter(0, 1, 2, 3, 4, 5)):
        posting_date, account_id, currency, entry_id, entry_kind, source_object_id = key
        lines = [line for row in group for line in _sides(row)]
        yield Journal(posting_date, account_id, currency, entry_id, entry_kind, source_object_id, lines)


def _sides(row: tuple[Any, ...]) -> Iterator[JournalLine]:
    ledger_account, leg, clearing_id, debit, credit = row[6:]
    if debit or not credit:
        yield JournalLine(ledger_account, int(debit), 0, leg or "", clearing_id or "")
    if credit:
        yield JournalLine(ledger_account, 0, int(credit), leg or "", clearing_id or "")


_BY_DAY = """
    select
        posting_date, account_id, currency, '', '', '', ledger_account, '', '',
        sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
    from {postings}
    where {condition}
    group by posting_date, account_id, currency, ledger_account
    order by posting_date, account_id, currency, ledger_account
"""
_BY_ENTRY = """
    select
        posting_date, account_id, currency, entry_id, entry_kind, coalesce(source_object_id, ''), ledger_account,
        leg, clearing_id, debit_minor, credit_minor
    from {postings}
    where {condition}
    order by posting_date, account_id, currency, entry_id, posting_id
"""
