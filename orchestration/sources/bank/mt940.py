"""SWIFT MT940 and MT942, statement by statement: one that cannot be read does not take its file down.

A file is cut into statements and fields here, because the library `mt-940` keeps one set of balances for a
whole file; its patterns read the values of the fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.domain.errors import InputRefused
from orchestration.sources.bank.mt940_statements import read_statement
from orchestration.sources.bank.rules import BankRules
from orchestration.sources.bank.statement import Statement, StatementProblem, UnusableStatement
from orchestration.sources.bank.text_file import read_text
from orchestration.sources.bank.values import stated

FIELD = re.compile(r"^:(\d{2}[A-Z]?|NS|NSF):")
# `-`, `-}`, `-` and a control character, or a line of nothing but block headers end a statement.
_END = re.compile(r"^-[^\w\s]?\s*$|^\{[1-5]:|^-\}")
_REMEDY = "Expected SWIFT MT940 or MT942, each statement from field :20: on; export it again."


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its tag, its lines joined by line breaks, and the line of the file on which it begins."""

    tag: str
    value: str
    line: int


def read_mt940(path: Path, name: str, rules: BankRules) -> Iterator[Statement | StatementProblem]:
    """Statements of an MT940 or MT942 file, in its order.

    Raises:
        InputRefused: The file holds no statement.
    """
    lines = read_text(path, name).splitlines()
    blocks = list(split_statements(lines))
    if not blocks:
        raise InputRefused("The file holds no statement (no field :20:).", where=name, remedy=_REMEDY)
    for first, last in blocks:
        block = lines[first:last]
        fields = list(split_fields(block, first + 1))
        # counted apart from the fields that were read: a line that is no field would swallow entries
        counted = sum(line.lstrip().startswith(":61:") for line in block)
        try:
            yield read_statement(fields, counted, rules)
        except UnusableStatement as problem:
            values = {field.tag: field.value for field in fields}
            yield StatementProblem(
                problem.what,
                problem.remedy,
                "\n".join(block),
                first + 1,
                stated(values.get("25") or values.get("25P")),
                stated(values.get("28C") or values.get("28")),
            )


def split_statements(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line (exclusive) of every statement: from field 20 to the next one."""
    starts = [number for number, line in enumerate(lines) if line.startswith(":20:")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        last = next((number for number in range(start, end) if _END.match(lines[number])), end)
        yield start, last


def split_fields(lines: list[str], first: int) -> Iterator[Field]:
    """Fields of one statement; a line that begins no field continues the one before it."""
    values: list[str] = []
    tag, begun = "", first
    for number, line in enumerate(lines, start=first):
        found = FIELD.match(line)
        if found:
            if tag:
                yield Field(tag, "\n".join(values).rstrip(), begun)
            tag, values, begun = found[1], [line[found.end() :]], number
        else:
            values.append(line)
    if tag:
        yield Field(tag, "\n".join(values).rstrip(), begun)
