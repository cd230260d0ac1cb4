"""OFX 1.x (SGML) and 2.x (XML), QFX included: statements of bank accounts and credit cards.

One tolerant reader for both, because banks leave tags open under an XML header too. It knows no document types
and expands nothing but characters, so there is nothing in a file that could harm it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.ofx_entries import read_entry
from orchestration.sources.bank.ofx_tree import Node, parse_tree
from orchestration.sources.bank.proof import prove
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import BOOKED, Statement, StatementProblem, UnusableStatement
from orchestration.sources.bank.text_file import read_text
from orchestration.sources.bank.values import account_number, day, minor_units, stated

_STATEMENTS = {"STMTTRNRS": "STMTRS", "CCSTMTTRNRS": "CCSTMTRS"}
_CHARSETS = {"1252": "cp1252", "ISO-8859-1": "latin-1", "8859-1": "latin-1", "UTF-8": "utf-8"}


def read_ofx(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    """Statements of an OFX file, in its order.

    Raises:
        InputRefused: The file is cut, holds entities of its own, or holds no bank statement.
    """
    text = _decoded(path, name)
    root = parse_tree(text, name)
    responses = [node for node in root.walk() if node.tag in _STATEMENTS]
    if not responses:
        investments = any(node.tag == "INVSTMTRS" for node in root.walk())
        raise InputRefused(
            "The file holds statements of an investment account, which are not bank statements."
            if investments
            else "The file holds no statement of a bank account or credit card.",
            where=name,
            remedy="Download the account's transactions as OFX or QFX again, or leave the file out.",
        )
    for response in responses:
        source = text[response.start : response.end]
        # counted in the text, apart from the tree that is read
        counted = len(re.findall(r"<STMTTRN\s*>", source, re.IGNORECASE))
        account = response.find("ACCTID")
        line = text.count("\n", 0, response.start) + 1
        try:
            yield _statement(response, counted, line, rules)
        except UnusableStatement as problem:
            yield StatementProblem(
                problem.what,
                problem.remedy,
                source,
                line,
                account_number(account.value) if account and account.value else None,
                starts_on=_known_day(response, "DTSTART"),
                ends_on=_known_day(response, "DTEND"),
            )


def _decoded(path: Path, name: str) -> str:
    """By the header's CHARSET or the XML declaration where they are right about their own file, else by its bytes."""
    data = path.read_bytes()
    head = data[:1024].decode("latin-1")
    charset = re.search(r"CHARSET:\s*(\S+)", head) or re.search(r"<\?xml[^>]*encoding=[\"']([\w-]+)", head)
    codec = _CHARSETS.get(charset[1].upper()) if charset else None
    stated = _decodable(data, codec) if codec in ("cp1252", "latin-1") else None
    return read_text(path, name) if stated is None else stated


def _decodable(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _statement(response: Node, counted: int, line: int, rules: BankRules) -> Statement:
    body = response.find(_STATEMENTS[response.tag])
    if body is None:
        status = response.find("STATUS")
        said = " ".join(filter(None, (status.text("CODE"), status.text("MESSAGE")))) if status else ""
        raise UnusableStatement(f"the bank answered without a statement ({said or 'no status'})")
    account = body.find("BANKACCTFROM") or body.find("CCACCTFROM") or Node("")
    bank_account = account_number(account.text("ACCTID"))
    entries_of = [node for node in body.walk() if node.tag == "STMTTRN"]
    currency = _currency(body, entries_of)
    if not currency:
        raise UnusableStatement("it states no currency (CURDEF)")
    entries = [
        read_entry(node, number, currency, rules.exponents) for number, node in enumerate(entries_of, start=1)
    ]
    listed, ledger = body.find("BANKTRANLIST") or Node(""), body.find("LEDGERBAL") or Node("")
    closing, as_of = ledger.text("BALAMT"), _day(ledger.text("DTASOF"))
    opening = _opening(body)
    booked = [entry.booked_date for entry in entries]
    statement = Statement(
        source_format="ofx",
        statement_kind=BOOKED,
        bank_account=bank_account,
        currency=currency,
        counted_entries=counted,
        line=line,
        servicer=stated(account.text("BANKID")),
        starts_on=_day(listed.text("DTSTART")) or min(booked, default=as_of),
        # the balance may be younger than the list: then nobody knows whether an entry lies between them
        ends_on=max(filter(None, (_day(listed.text("DTEND")), as_of)), default=max(booked, default=None)),
        opening_minor=minor_units(opening, currency, rules.exponents, "opening balance") if opening else None,
        closing_minor=minor_units(closing, currency, rules.exponents, "closing balance") if closing else None,
        entries=entries,
    )
    prove(statement)
    return statement


def _currency(body: Node, entries: list[Node]) -> str:
    """CURDEF; where a bank leaves it empty, the one currency that all its entries state."""
    default = (body.text("CURDEF") or "").lower()
    if default:
        return default
    units = {
        (unit.text("CURSYM") or "").lower() for unit in (node.find("CURRENCY") for node in entries) if unit
    }
    return units.pop() if len(units) == 1 else ""


def _opening(body: Node) -> str | None:
    """OFX has no opening balance; banks that print one list it among other balances by this name."""
    for balance in body.walk():
        if balance.tag == "BAL" and (balance.text("NAME") or "").upper() in ("OPENING", "OPENING BALANCE"):
            return balance.text("VALUE")
    return None


def _known_day(response: Node, tag: str) -> date | None:
    """A day of a statement that is refused anyway; None where it cannot be read."""
    found = response.find(tag)
    try:
        return _day(found.value) if found else None
    except UnusableStatement:
        return None


def _day(printed: str | None) -> date | None:
    return day(printed[:8], "%Y%m%d") if printed else None
