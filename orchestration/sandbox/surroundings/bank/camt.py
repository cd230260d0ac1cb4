"""Prints statements as camt.053.001.08, the XML of ISO 20022, the way a German bank does."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

from orchestration.sandbox.surroundings.bank.accounts import HOLDER
from orchestration.sandbox.surroundings.bank.entries import (
    BankAccount,
    Entry,
    Statement,
    StatementFile,
    printed,
)
from orchestration.sandbox.world.money import EXPONENTS

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
# kind -> family and sub-family of a credit, then of a debit, in ISO's list of bank transaction codes
_TRANSFERS = ("RCDT", "ESCT"), ("ICDT", "ESCT")
_CODES = {
    "payout_return": (("ICDT", "RRTN"), ("RCDT", "RRTN")),
    "topup": (("RDDT", "UPDD"), ("RDDT", "ESDD")),
    "bank_fee": (("MCOP", "CHRG"), ("MDOP", "CHRG")),
    "interest": (("MCOP", "INTR"), ("MDOP", "INTR")),
}


def print_camt(account: BankAccount, file: StatementFile) -> str:
    """One message with one `Stmt` for each statement."""
    document = ElementTree.Element("Document", xmlns=_NAMESPACE)
    message = ElementTree.SubElement(document, "BkToCstmrStmt")
    written = f"{file.statements[-1].last.isoformat()}T22:15:00"
    header = ElementTree.SubElement(message, "GrpHdr")
    _put(header, "MsgId", f"{account.bank_id}-{file.number:05}")
    _put(header, "CreDtTm", written)
    _put(header, "MsgPgntn/PgNb", "1")
    _put(header, "MsgPgntn/LastPgInd", "true")
    for statement in file.statements:
        _statement(ElementTree.SubElement(message, "Stmt"), account, statement, written)
    ElementTree.indent(document)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(document, "unicode")}\n'


def _statement(node: ElementTree.Element, account: BankAccount, statement: Statement, written: str) -> None:
    currency = account.currency
    _put(node, "Id", f"{account.number}-{statement.first.year}-{statement.number:05}")
    _put(node, "ElctrncSeqNb", str(statement.number))
    _put(node, "CreDtTm", written)
    _put(node, "FrToDt/FrDtTm", f"{statement.first.isoformat()}T00:00:00")
    _put(node, "FrToDt/ToDtTm", f"{statement.last.isoformat()}T23:59:59")
    _put(node, "Acct/Id/IBAN", account.number)
    _put(node, "Acct/Ccy", currency.upper())
    _put(node, "Acct/Ownr/Nm", HOLDER)
    _put(node, "Acct/Svcr/FinInstnId/BICFI", account.bank_id)
    _put(node, "Acct/Svcr/FinInstnId/Nm", account.bank)
    _balance(node, "OPBD", statement.opening, currency, statement.first)
    _balance(node, "CLBD", statement.closing, currency, statement.last)
    summary = ElementTree.SubElement(node, "TxsSummry")
    for tag, amounts in (("TtlCdtNtries", statement.credits), ("TtlDbtNtries", statement.debits)):
        _put(summary, f"{tag}/NbOfNtries", str(len(amounts)))
        _put(summary, f"{tag}/Sum", printed(sum(amounts), EXPONENTS[currency]))
    for number, entry in enumerate(statement.entries, start=1):
        servicer = f"{entry.booked:%Y%m%d}{statement.number:05}{number:05}"
        _entry(ElementTree.SubElement(node, "Ntry"), entry, number, servicer, currency)


def _balance(node: ElementTree.Element, code: str, minor: int, currency: str, day: date) -> None:
    balance = ElementTree.SubElement(node, "Bal")
    _put(balance, "Tp/CdOrPrtry/Cd", code)
    _money(balance, "Amt", minor, currency)
    _put(balance, "CdtDbtInd", _side(minor))
    _put(balance, "Dt/Dt", day.isoformat())


def _entry(node: ElementTree.Element, entry: Entry, number: int, servicer: str, currency: str) -> None:
    family, sub_family = _CODES.get(entry.kind, _TRANSFERS)[entry.amount < 0]
    _put(node, "NtryRef", str(number))
    _money(node, "Amt", entry.amount, currency)
    _put(node, "CdtDbtInd", _side(entry.amount))
    _put(node, "Sts/Cd", "BOOK")
    _put(node, "BookgDt/Dt", entry.booked.isoformat())
    _put(node, "ValDt/Dt", entry.valued.isoformat())
    _put(node, "AcctSvcrRef", servicer)
    _put(node, "BkTxCd/Domn/Cd", "ACMT" if family in ("MCOP", "MDOP") else "PMNT")
    _put(node, "BkTxCd/Domn/Fmly/Cd", family)
    _put(node, "BkTxCd/Domn/Fmly/SubFmlyCd", sub_family)
    details = ElementTree.SubElement(node, "NtryDtls")
    if len(entry.payout_ids) > 1:  # a collective booking says how many, not which
        _put(details, "Btch/NbOfTxs", str(len(entry.payout_ids)))
        _money(details, "Btch/TtlAmt", entry.amount, currency)
        _put(details, "Btch/CdtDbtInd", _side(entry.amount))
    else:
        _transaction(ElementTree.SubElement(details, "TxDtls"), entry, currency)
    _put(node, "AddtlNtryInf", entry.text)


def _transaction(node: ElementTree.Element, entry: Entry, currency: str) -> None:
    _put(node, "Refs/EndToEndId", entry.reference or "NOTPROVIDED")
    _money(node, "Amt", entry.amount, currency)
    _put(node, "CdtDbtInd", _side(entry.amount))
    if entry.residual_code == "bank_fee":
        _money(node, "AmtDtls/InstdAmt/Amt", entry.amount + entry.residual, currency)
        _money(node, "Chrgs/TtlChrgsAndTaxAmt", entry.residual, currency)
    if entry.counterparty:
        _put(node, f"RltdPties/{'Dbtr' if entry.amount > 0 else 'Cdtr'}/Pty/Nm", entry.counterparty)
    _put(node, "RmtInf/Ustrd", entry.text)
    if entry.kind == "payout_return":
        _put(node, "RtrInf/Rsn/Cd", "AC04")  # the account is closed


def _put(node: ElementTree.Element, path: str, text: str) -> ElementTree.Element:
    """Write a leaf, and what leads to it as far as the last such branch does not exist yet."""
    *branches, leaf = path.split("/")
    for tag in branches:
        found = node.find(tag)
        node = ElementTree.SubElement(node, tag) if found is None else found
    child = ElementTree.SubElement(node, leaf)
    child.text = text
    return child


def _money(node: ElementTree.Element, path: str, minor: int, currency: str) -> None:
    """An amount without its sign, which stands beside it as `CdtDbtInd`."""
    _put(node, path, printed(minor, EXPONENTS[currency])).set("Ccy", currency.upper())


def _side(minor: int) -> str:
    return "DBIT" if minor < 0 else "CRDT"
