"""Prints statements as OFX 2, in the form that banks offer to Quicken (QFX)."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

from orchestration.sandbox.surroundings.bank.entries import (
    BankAccount,
    Entry,
    Statement,
    StatementFile,
    printed,
)
from orchestration.sandbox.world.money import EXPONENTS

_HEADER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_TYPES = {"bank_fee": "SRVCHG", "interest": "INT"}
_NAME = 32  # characters


def print_ofx(account: BankAccount, file: StatementFile) -> str:
    """One response with one statement after the other; OFX knows the opening balance only as a remark."""
    root = ElementTree.Element("OFX")
    last = file.statements[-1].last
    sign_on = _nest(root, "SIGNONMSGSRSV1", "SONRS")
    _succeeded(sign_on)
    _put(sign_on, DTSERVER=_day(last), LANGUAGE="ENG")
    _put(_nest(sign_on, "FI"), ORG=account.bank, FID=account.bank_id)
    _put(sign_on, **{"INTU.BID": account.bank_id})
    bank = _nest(root, "BANKMSGSRSV1")
    for statement in file.statements:
        response = _nest(bank, "STMTTRNRS")
        _put(response, TRNUID=str(statement.number))
        _succeeded(response)
        _statement(_nest(response, "STMTRS"), account, statement)
    ElementTree.indent(root)
    return f"{_HEADER}{ElementTree.tostring(root, 'unicode')}\n"


def _statement(node: ElementTree.Element, account: BankAccount, statement: Statement) -> None:
    exponent = EXPONENTS[account.currency]
    closing = _signed(statement.closing, exponent)
    _put(node, CURDEF=account.currency.upper())
    _put(_nest(node, "BANKACCTFROM"), BANKID=account.bank_id, ACCTID=account.number, ACCTTYPE="CHECKING")
    entries = _nest(node, "BANKTRANLIST")
    _put(entries, DTSTART=_day(statement.first), DTEND=_day(statement.last))
    for number, entry in enumerate(statement.entries, start=1):
        _entry(_nest(entries, "STMTTRN"), entry, f"{entry.booked:%Y%m%d}{number:04}", exponent)
    _put(_nest(node, "LEDGERBAL"), BALAMT=closing, DTASOF=_day(statement.last))
    _put(_nest(node, "AVAILBAL"), BALAMT=closing, DTASOF=_day(statement.last))
    _put(
        _nest(node, "BALLIST", "BAL"),
        NAME="OPENING",
        DESC="Ledger balance at the start of the period",
        BALTYPE="DOLLAR",
        VALUE=_signed(statement.opening, exponent),
        DTASOF=_day(statement.first),
    )


def _entry(node: ElementTree.Element, entry: Entry, servicer: str, exponent: int) -> None:
    kind = _TYPES.get(entry.kind, "DEBIT" if entry.amount < 0 else "CREDIT")
    _put(node, TRNTYPE=kind, DTPOSTED=_day(entry.booked))
    if entry.valued != entry.booked:
        _put(node, DTAVAIL=_day(entry.valued))
    _put(node, TRNAMT=_signed(entry.amount, exponent), FITID=servicer)
    if entry.reference:
        _put(node, REFNUM=entry.reference)
    _put(node, NAME=(entry.counterparty or entry.text)[:_NAME].rstrip(), MEMO=entry.text)


def _succeeded(node: ElementTree.Element) -> None:
    _put(_nest(node, "STATUS"), CODE="0", SEVERITY="INFO")


def _nest(node: ElementTree.Element, *tags: str) -> ElementTree.Element:
    for tag in tags:
        node = ElementTree.SubElement(node, tag)
    return node


def _put(node: ElementTree.Element, **leaves: str) -> None:
    for tag, text in leaves.items():
        ElementTree.SubElement(node, tag).text = text


def _day(day: date) -> str:
    return f"{day:%Y%m%d}120000.000[0:GMT]"


def _signed(minor: int, exponent: int) -> str:
    return f"{'-' if minor < 0 else ''}{printed(minor, exponent)}"
