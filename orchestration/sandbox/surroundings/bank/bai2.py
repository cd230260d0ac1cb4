"""Prints statements as BAI2: a file of groups, one for each day, with control totals on every level."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from orchestration.sandbox.surroundings.bank.accounts import HOLDER
from orchestration.sandbox.surroundings.bank.entries import BankAccount, Entry, Statement, StatementFile

_CUSTOMER = "LANTERNHILL"
_CREDITS, _DEBITS = ("100", "400")  # summaries: totals of a day
_TRANSFERS = ("195", "495")
# kind -> BAI's type code of a credit, then of a debit
_CODES = {
    "payout": ("142", "451"),
    "payout_batch": ("142", "451"),
    "payout_part": ("142", "451"),
    "payout_return": ("257", "557"),
    "topup": ("257", "455"),
    "bank_fee": ("398", "698"),
    "interest": ("354", "654"),
}
_CONTINUED = 76  # characters of text on a continuation record


@dataclass(frozen=True)
class _Section:
    """Records of an account or a group, trailer included, and the sum of the amounts in them."""

    records: list[str]
    total: int


def print_bai2(account: BankAccount, file: StatementFile) -> str:
    """One file; amounts have no decimal sign, and a group's entries are booked on the group's day."""
    groups = [_group(account, statement) for statement in file.statements]
    total = sum(group.total for group in groups)
    written = f"{file.statements[-1].last:%y%m%d}"
    header = f"01,{account.bank_id},{_CUSTOMER},{written},2330,{file.number},,,2/"
    records = [header, *(record for group in groups for record in group.records)]
    records.append(f"99,{total},{len(groups)},{len(records) + 1}/")
    return "".join(f"{record}\n" for record in records)


def _group(account: BankAccount, statement: Statement) -> _Section:
    section = _account(account, statement)
    header = f"02,{_CUSTOMER},{account.bank_id},1,{statement.first:%y%m%d},2359,{account.currency.upper()},2/"
    trailer = f"98,{section.total},1,{len(section.records) + 2}/"
    return _Section([header, *section.records, trailer], section.total)


def _account(account: BankAccount, statement: Statement) -> _Section:
    credited, debited = sum(statement.credits), sum(statement.debits)
    records = [
        f"03,{account.number},{account.currency.upper()},010,{statement.opening},,,015,{statement.closing},,/",
        f"88,{_CREDITS},{credited},{len(statement.credits)},,{_DEBITS},{debited},{len(statement.debits)},/",
    ]
    for number, entry in enumerate(statement.entries, start=1):
        records += _entry(entry, f"{entry.booked:%y%m%d}{number:04}")
    total = (
        statement.opening + statement.closing + 2 * (credited + debited)
    )  # each in a summary and in entries
    records.append(f"49,{total},{len(records) + 1}/")
    return _Section(records, total)


def _entry(entry: Entry, servicer: str) -> list[str]:
    """A transaction and its text; the value date stands only where it is another day."""
    code = _CODES.get(entry.kind, _TRANSFERS)[entry.amount < 0]
    funds = f"V,{entry.valued:%y%m%d}," if entry.valued != entry.booked else ""
    return [
        f"16,{code},{abs(entry.amount)},{funds},{servicer},{entry.reference},/",
        *(f"88,{piece}" for piece in wrap(_text(entry), _CONTINUED)),
    ]


def _text(entry: Entry) -> str:
    """The text in the words of the network that brought the money; bare when the bank knows no more."""
    if not entry.counterparty:
        return entry.text
    if entry.kind == "unrelated":
        return f"{'BNF' if entry.amount < 0 else 'ORG'}:{entry.counterparty} OBI:{entry.text}"
    return f"ORIG CO NAME:{entry.counterparty} CO ENTRY DESCR:{entry.text} SEC:CCD IND NAME:{HOLDER}"
