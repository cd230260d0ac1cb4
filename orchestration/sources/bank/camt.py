"""ISO 20022 camt.052 (reports), camt.053 (statements) and camt.054 (notifications), in every version.

Elements are found by their local names, so that a version is no case of its own. The parser refuses document
types and entities (defusedxml), and forgets every entry once it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.camt_entries import read_entry
from orchestration.sources.bank.camt_statements import read_statement
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import Entry, Statement, StatementProblem, UnusableStatement
from orchestration.sources.bank.xml import local_name

# The element that holds one statement -> format.
STATEMENT_TAGS = {"Rpt": "camt.052", "Stmt": "camt.053", "Ntfctn": "camt.054"}
MOST_TEXT = 2_000_000  # characters of a refused statement that are kept beside its reason
# Each takes another reading of the file; of further ones only what stands around their entries is kept.
MOST_REREAD = 20


@dataclass
class _Open:
    """A statement whose end has not been read yet."""

    tag: str
    counted: int = 0
    entries: list[Entry] = field(default_factory=list)
    problem: UnusableStatement | None = None


def read_camt(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    """Statements of a camt file, in its order.

    Raises:
        InputRefused: The file is no well-formed XML, holds a document type, or holds no statement.
    """
    found = 0
    for number, item in enumerate(_statements(path, name, rules), start=1):
        found = number
        yield item
    if not found:
        raise InputRefused(
            "The file holds no statement, report or notification.",
            where=name,
            remedy="Expected camt.052, camt.053 or camt.054; export the statement again.",
        )


def _statements(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    path_down: list[Element] = []
    current: _Open | None = None
    number = refused = 0
    for event, element in _events(path, name):
        if event == "start":
            tag = element.tag = local_name(element)
            path_down.append(element)
            if tag in STATEMENT_TAGS and current is None:
                current = _Open(tag)
            elif tag == "Ntry" and current is not None and path_down[-2].tag == current.tag:
                current.counted += 1
            continue
        tag = path_down.pop().tag
        if current is None:
            continue
        if tag == "Ntry" and path_down and path_down[-1].tag == current.tag:
            _take_entry(current, element, rules)
            path_down[-1].remove(element)
        elif tag == current.tag:
            number += 1
            reread = path if refused < MOST_REREAD else None
            item = _finish(current, element, rules, reread, number)
            refused += isinstance(item, StatementProblem)
            yield item
            current = None
            if path_down:
                path_down[-1].remove(element)


def _events(path: Path, name: str) -> Iterator[tuple[str, Element]]:
    try:
        yield from iterparse(path, events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputRefused(
            f"The file holds what no bank statement needs and what can harm a reader: {type(error).__name__}.",
            where=name,
            remedy="A statement has no document type and no entities; ask the sender what this is.",
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise InputRefused(
            f"The file is not well-formed XML: {error}",
            where=name,
            remedy="It may be cut or damaged; export the statement again.",
        ) from None


def _take_entry(current: _Open, element: Element, rules: BankRules) -> None:
    if current.problem is not None:
        return
    try:
        current.entries.append(read_entry(element, current.counted, rules.exponents))
    except UnusableStatement as problem:
        current.problem = UnusableStatement(f"entry {current.counted}: {problem.what}", problem.remedy)


def _finish(
    current: _Open, element: Element, rules: BankRules, path: Path | None, number: int
) -> Statement | StatementProblem:
    facts: dict[str, Any] = {}
    try:
        if current.problem is not None:
            raise current.problem
        return read_statement(
            element, STATEMENT_TAGS[current.tag], current.entries, current.counted, rules, facts
        )
    except UnusableStatement as problem:
        text = _text_of(path, current.tag, number) if path else tostring(element, "unicode")
        return StatementProblem(problem.what, problem.remedy, text, number, **facts)


def _text_of(path: Path, tag: str, number: int) -> str:
    """The text of the n-th statement, read once more: its entries were forgotten on the way."""
    seen = 0
    for _, element in iterparse(path, events=("end",), forbid_dtd=True):
        if local_name(element) == tag:
            seen += 1
            if seen == number:
                return tostring(element, "unicode")[:MOST_TEXT]
            element.clear()
    return ""
