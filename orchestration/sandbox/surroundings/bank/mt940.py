"""Prints statements as SWIFT MT940 with the structured field 86 of German banks."""

from __future__ import annotations

from orchestration.sandbox.surroundings.bank.entries import (
    BankAccount,
    Entry,
    Statement,
    StatementFile,
    printed,
)
from orchestration.sandbox.world.money import EXPONENTS

_LINE, _SUBFIELD = 65, 27  # characters
_TRANSFERS = ("166", "GUTSCHRIFT", "NTRF"), ("116", "UEBERWEISUNG", "NTRF")
# kind -> German transaction code, its name and SWIFT's type; of a credit, then of a debit
_CODES = {
    "payout_return": (("159", "RUECKUEBERWEISUNG", "NRTI"), ("159", "RUECKUEBERWEISUNG", "NRTI")),
    "topup": (("168", "RUECKLASTSCHRIFT", "NRTI"), ("105", "LASTSCHRIFT", "NDDT")),
    "bank_fee": (("808", "GEBUEHREN", "NCHG"), ("808", "GEBUEHREN", "NCHG")),
    "interest": (("814", "ZINSEN", "NINT"), ("814", "ZINSEN", "NINT")),
}


def print_mt940(account: BankAccount, file: StatementFile) -> str:
    """Statement after statement, each from field 20 to a single hyphen; lines end as SWIFT's do."""
    lines: list[str] = []
    for statement in file.statements:
        lines += _statement(account, statement)
    return "".join(f"{line}\r\n" for line in lines)


def _statement(account: BankAccount, statement: Statement) -> list[str]:
    exponent = EXPONENTS[account.currency]
    currency = account.currency.upper()

    def balance(tag: str, minor: int, day: str) -> str:
        return f":{tag}:{_side(minor)}{day}{currency}{printed(minor, exponent, ',')}"

    first, last = f"{statement.first:%y%m%d}", f"{statement.last:%y%m%d}"
    lines = [
        f":20:STMT{last}",
        f":25:{account.number}",
        f":28C:{statement.number:05}/001",
        balance("60F", statement.opening, first),
    ]
    for number, entry in enumerate(statement.entries, start=1):
        lines += _entry(entry, exponent, f"{entry.booked:%y%m%d}{number:06}")
    return [*lines, balance("62F", statement.closing, last), balance("64", statement.closing, last), "-"]


def _entry(entry: Entry, exponent: int, servicer: str) -> list[str]:
    code, name, swift = _CODES.get(entry.kind, _TRANSFERS)[entry.amount < 0]
    amount = printed(entry.amount, exponent, ",")
    line = (
        f":61:{entry.valued:%y%m%d}{entry.booked:%m%d}{_side(entry.amount)}{amount}{swift}NONREF//{servicer}"
    )
    return [line, *_details(code, name, entry)]


def _details(code: str, name: str, entry: Entry) -> list[str]:
    """Field 86: ?00 posting text, ?20-?29 purpose, ?32-?33 counterparty; wrapped wherever the line is full."""
    purpose = _pieces(entry.text)
    if entry.reference:
        purpose = _pieces(f"EREF+{entry.reference}") + _pieces(f"SVWZ+{entry.text}")
    field = f":86:{code}?00{name}?109310"
    field += _subfields(20, purpose[:10]) + _subfields(32, _pieces(entry.counterparty)[:2])
    lines = []
    while field:
        width = _LINE
        while _tears(field, width):
            width -= 1
        lines.append(field[:width])
        field = field[width:]
    return lines


def _tears(field: str, width: int) -> bool:
    """Whether a break here would lose a blank, or begin the next line like a new field or the end."""
    return len(field) > width and (field[width - 1] == " " or field[width] in " -:")


def _pieces(text: str) -> list[str]:
    return [text[at : at + _SUBFIELD] for at in range(0, len(text), _SUBFIELD)]


def _subfields(first: int, pieces: list[str]) -> str:
    return "".join(f"?{first + index}{piece}" for index, piece in enumerate(pieces))


def _side(minor: int) -> str:
    return "D" if minor < 0 else "C"
