"""One account of a BAI2 group -> a proven statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.sources.bank.bai2_records import Record, _fields
from orchestration.sources.bank.bai2_text import counterparty_in
from orchestration.sources.bank.proof import prove
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import (
    BOOKED,
    INTRADAY,
    Entry,
    StatedTotals,
    Statement,
    UnusableStatement,
)
from orchestration.sources.bank.values import account_number, day, implied_minor, stated

_OPENING, _CLOSING, _CREDITS, _DEBITS = "010", "015", "100", "400"
_SAME_DAY = ("3", "4")  # as-of-date modifiers: the day is not over yet
_STATUSES = {"2": "deletes an earlier group", "4": "is a test"}


@dataclass(frozen=True)
class Group:
    """The header of a group: originator, status, day, currency."""

    header: Record

    @property
    def servicer(self) -> str | None:
        return stated(self.header.text(2))

    @property
    def as_of(self) -> date:
        return day(self.header.text(4), "%y%m%d", "day of the group")

    @property
    def day_or_none(self) -> date | None:
        """Its day, for a statement that is refused anyway."""
        try:
            return self.as_of
        except UnusableStatement:
            return None

    @property
    def is_same_day(self) -> bool:
        return self.header.text(7) in _SAME_DAY


@dataclass(frozen=True)
class _Summary:
    """Amount and number of items that an account record states for one type code."""

    code: str
    amount: str
    count: str


def read_account(group: Group, records: list[Record], counted: int, rules: BankRules) -> Statement:
    """A proven statement of one account and day.

    Raises:
        UnusableStatement: It has no trailer, a value cannot be read, or it does not prove itself.
    """
    head = records[0]
    status = group.header.text(3)
    if status in _STATUSES:
        raise UnusableStatement(
            f"its group {_STATUSES[status]} (status {status})",
            "Leave out the earlier file with `tieout discard` if the bank took it back.",
        )
    if records[-1].code != "49":
        raise UnusableStatement(
            "the account trailer (49) is missing", "The file may be cut; export it again."
        )
    number = account_number(head.text(1))
    currency = (head.text(2) or group.header.text(6)).lower() or rules.currency_of(number)
    summaries = _summaries(head)
    entries_of = [record for record in records if record.code == "16"]
    amounts = [summary for summary in summaries if summary.amount]
    if not currency and (amounts or entries_of):
        raise UnusableStatement(
            "neither the account nor its group states a currency",
            "List the account with its currency in company/bank_accounts.csv; it is never guessed.",
        )
    found = {summary.code: summary for summary in amounts}
    minor = {
        summary.code: implied_minor(summary.amount, currency or "", rules.exponents, f"type {summary.code}")
        for summary in amounts
    }
    as_of = group.as_of
    entries = [_entry(record, as_of, currency or "", rules) for record in entries_of]
    _prove_trailer(records, amounts)
    statement = Statement(
        source_format="bai2",
        statement_kind=INTRADAY if group.is_same_day else BOOKED,
        bank_account=number,
        currency=currency,
        counted_entries=counted,
        line=head.line,
        servicer=group.servicer,
        starts_on=as_of,
        ends_on=as_of,
        opening_minor=minor.get(_OPENING),
        closing_minor=minor.get(_CLOSING),
        stated=StatedTotals(
            credit_count=_count(found.get(_CREDITS)) if entries_of else None,
            credit_minor=minor.get(_CREDITS) if entries_of else None,
            debit_count=_count(found.get(_DEBITS)) if entries_of else None,
            debit_minor=_unsigned(minor.get(_DEBITS)) if entries_of else None,
        ),
        entries=entries,
    )
    prove(statement)
    return statement


def _summaries(head: Record) -> list[_Summary]:
    """Type code, amount, item count and funds type, again and again, over all continuations."""
    fields = [part.strip() for part in head.all_fields()[3:]]
    found, at = [], 0
    while at < len(fields):
        if not fields[at]:
            at += 1
            continue
        code, amount, count, funds = (*fields[at : at + 4], "", "", "")[:4]
        found.append(_Summary(code.zfill(3), amount, count))
        at += 4 + _funds_fields(funds, fields[at + 4 :])
    return found


def _funds_fields(funds: str, following: list[str]) -> int:
    """How many fields say when the money is available."""
    if funds == "V":
        return 2
    if funds == "S":
        return 3
    if funds == "D":
        count = following[0] if following else ""
        return 1 + 2 * int(count) if count.isdigit() else 1
    return 0


def _prove_trailer(records: list[Record], amounts: list[_Summary]) -> None:
    """The account trailer is the algebraic sum of all amounts, and the number of lines."""
    trailer = records[-1]
    total = sum(int(summary.amount) for summary in amounts)
    total += sum(int(record.text(2)) for record in records if record.code == "16" and record.text(2))
    count = sum(record.line_count for record in records)
    for what, printed, found in (
        ("control total", trailer.number(1), total),
        ("number of records", trailer.number(2), count),
    ):
        if printed is not None and printed != found:
            raise UnusableStatement(
                f"the {what} of the account trailer (49) is {printed}, found {found}",
                "The file may be cut or changed; export it again.",
            )


def _count(summary: _Summary | None) -> int | None:
    return int(summary.count) if summary and summary.count.isdigit() else None


def _unsigned(minor: int | None) -> int | None:
    return None if minor is None else abs(minor)


def _entry(record: Record, as_of: date, currency: str, rules: BankRules) -> Entry:
    """Type code, amount, funds type, the bank's reference, the customer's, text."""
    fields, continued = list(record.fields), list(record.continued)
    while continued and len(fields) <= _text_position(fields) - 1:
        fields += _fields(continued.pop(0))  # the record was broken off before its references
    text_at = _text_position(fields)
    if len(fields) < 3:
        raise UnusableStatement(f"line {record.line}: the record has {len(fields)} fields")
    code = fields[1].strip().lstrip("0").zfill(3)
    minor = implied_minor(fields[2], currency, rules.exponents, f"line {record.line}, amount")
    rest = Record("16", [], record.line, continued, record.lengths[len(record.lengths) - len(continued) :])
    text = rest.joined_text(",".join(fields[text_at:]).strip())
    value_date = None
    if fields[3:4] and fields[3].strip() == "V":
        value_date = day(fields[4], "%y%m%d", f"line {record.line}, value date")
    side = _side(code, minor, record.line)
    return Entry(
        line=record.line,
        booked_date=as_of,
        value_date=value_date or as_of,
        amount_minor=side * minor,
        currency=currency,
        bank_reference=stated(_field(fields, text_at - 2)),
        customer_reference=stated(_field(fields, text_at - 1)),
        counterparty=counterparty_in(text, is_credit=side > 0),
        description=stated(text),
        bank_transaction_code=code,
    )


def _text_position(fields: list[str]) -> int:
    """Where the text of a 16 record stands: behind both references."""
    funds = fields[3].strip() if len(fields) > 3 else ""
    return 6 + _funds_fields(funds, fields[4:])


def _field(fields: list[str], position: int) -> str:
    return fields[position] if position < len(fields) else ""


def _side(code: str, minor: int, line: int) -> int:
    """1 for credits, -1 for debits, by the ranges of the standard.

    Raises:
        UnusableStatement: The code is outside all ranges, or the amount has a sign of its own.
    """
    if minor < 0:
        raise UnusableStatement(
            f"line {line}: the amount carries a sign, which BAI2 leaves to the type code {code}",
            "Ask the bank whether money came in or went out; it is never guessed.",
        )
    number = int(code) if code.isdigit() and len(code) == 3 else 0
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 960 <= number <= 999:
        return -1
    raise UnusableStatement(
        f"line {line}: type code {code} says neither credit nor debit",
        "Ask the bank what the code means; it is outside the ranges of BAI2.",
    )
