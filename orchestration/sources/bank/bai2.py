"""BAI2: groups of accounts of one day, with control totals on every level.

Records end with a slash or with their line; 88 continues the record before it. Amounts have no decimal sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.bai2_accounts import Group, read_account
from orchestration.sources.bank.bai2_records import Record, records_of
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import Statement, StatementProblem, UnusableStatement
from orchestration.sources.bank.text_file import read_text

_CUT = "The file may be cut or changed; export it again."


@dataclass
class _OpenGroup:
    """A group whose trailer has not been read yet."""

    header: Record
    accounts: list[list[Record]] = field(default_factory=list)
    total: int = 0
    record_count: int = 0


def read_bai2(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    """Statements of a BAI2 file, in its order: one per account record.

    Raises:
        InputRefused: A trailer is missing or disagrees, so the file is not the one that the bank sent.
    """
    lines = read_text(path, name).splitlines()
    group: _OpenGroup | None = None
    groups, total, is_closed = 0, 0, False
    for record in records_of(lines, name):
        if record.code == "02":
            if group is not None:
                _refuse(name, record, "a group begins before the one before it has ended (98)")
            group = _OpenGroup(record, record_count=record.line_count)
            groups += 1
        elif record.code == "99":
            if group is not None:
                _refuse(name, record, "the last group has no trailer (98)")
            _check(name, record, (total, groups, sum(1 for line in lines if line.strip())))
            is_closed = True
        elif group is not None and record.code != "01":
            if record.code == "98":
                _check(name, record, (group.total, len(group.accounts), group.record_count + 1))
                total += group.total
                yield from _statements(group, lines, rules)
                group = None
            else:
                _collect(group, record, name)
        elif record.code != "01":
            _refuse(name, record, f"record {record.code} stands outside a group")
    if not is_closed:
        raise InputRefused("The file trailer (99) is missing.", where=name, remedy=_CUT)


def _collect(group: _OpenGroup, record: Record, name: str) -> None:
    group.record_count += record.line_count
    if record.code == "03":
        group.accounts.append([record])
    elif not group.accounts or group.accounts[-1][-1].code == "49":
        _refuse(name, record, f"record {record.code} stands outside an account")
    else:
        group.accounts[-1].append(record)
    if record.code == "49":
        group.total += record.number(1) or 0


def _check(name: str, trailer: Record, found: tuple[int, int, int]) -> None:
    """Compare a trailer with what was found; what it leaves blank is not compared."""
    for position, what, counted in zip(
        (1, 2, 3), ("control total", "number of parts", "number of records"), found, strict=True
    ):
        printed = trailer.number(position)
        if printed is not None and printed != counted:
            _refuse(name, trailer, f"the {what} of record {trailer.code} is {printed}, found {counted}")


def _refuse(name: str, record: Record, what: str) -> None:
    raise InputRefused(f"{what[0].upper()}{what[1:]}.", where=f"{name} line {record.line}", remedy=_CUT)


def _statements(
    group: _OpenGroup, lines: list[str], rules: BankRules
) -> Iterator[Statement | StatementProblem]:
    for records in group.accounts:
        first, last = records[0].line, records[-1].line + records[-1].line_count - 1
        block = lines[first - 1 : last]
        counted = sum(line.startswith("16,") for line in block)
        try:
            yield read_account(Group(group.header), records, counted, rules)
        except UnusableStatement as problem:
            account = records[0].text(1).replace(" ", "").upper() or None
            on = Group(group.header).day_or_none
            yield StatementProblem(
                problem.what, problem.remedy, "\n".join(block), first, account, starts_on=on, ends_on=on
            )
