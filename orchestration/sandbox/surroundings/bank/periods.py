"""Cuts the entries of an account into statements and files: balances carried on, numbers without a gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry, Statement, StatementFile
from orchestration.sandbox.world.bank_days import is_bank_day

_ONE_DAY = timedelta(days=1)


def months_between(start: date, end: date) -> list[date]:
    """First days of the months from `start`, itself a first day, to before `end`."""
    first = start.year * 12 + start.month - 1
    last = end.year * 12 + end.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(first, last)]


def monthly_files(
    account: BankAccount, suffix: str, start: date, end: date, opening: int, entries: list[Entry]
) -> Iterator[StatementFile]:
    """One statement a month, each in a file of its own, also for months without entries."""
    starts = months_between(start, end)
    spans = [(first, after - _ONE_DAY) for first, after in zip(starts, [*starts[1:], end], strict=True)]
    for statement in _statements(spans, opening, entries):
        name = f"{account.name}_{statement.first:%Y-%m}.{suffix}"
        yield StatementFile(name, statement.number, (statement,))


def weekly_files(
    account: BankAccount, suffix: str, start: date, end: date, opening: int, entries: list[Entry]
) -> Iterator[StatementFile]:
    """One statement a bank day, those of a week in one file."""
    days = [start + index * _ONE_DAY for index in range((end - start).days)]
    spans = [(day, day) for day in days if is_bank_day(day, account.calendar)]
    weeks = groupby(_statements(spans, opening, entries), lambda statement: statement.first.isocalendar()[:2])
    for number, ((year, week), statements) in enumerate(weeks, start=1):
        yield StatementFile(f"{account.name}_{year}-W{week:02}.{suffix}", number, tuple(statements))


def _statements(spans: list[tuple[date, date]], opening: int, entries: list[Entry]) -> Iterator[Statement]:
    """A statement for each span of days; every entry, in the order of booking, must lie in one of them."""
    waiting = list(reversed(entries))
    for number, (first, last) in enumerate(spans, start=1):
        booked = []
        while waiting and waiting[-1].booked <= last:
            booked.append(waiting.pop())
        statement = Statement(number, first, last, opening, tuple(booked))
        opening = statement.closing
        yield statement
    assert not waiting, f"no statement for {waiting[-1]}"
