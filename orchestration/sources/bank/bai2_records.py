"""Lines of BAI2 -> records with their continuations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.domain.errors import InputRefused

CODES = frozenset({"01", "02", "03", "16", "49", "98", "99"})
_FULL_LINE = 80  # a line of this length was cut by the printer, not ended by a word


@dataclass
class Record:
    """One record: its code, its fields, and the text of its continuations.

    Attributes:
        fields: Fields of the record itself, the code first; continued fields follow for all but record 16.
        continued: Each continuation line without `88,`.
        line: Line of the file on which it begins.
    """

    code: str
    fields: list[str]
    line: int
    continued: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        return 1 + len(self.continued)

    def text(self, position: int) -> str:
        """A field, or nothing where the record has fewer."""
        return self.fields[position].strip() if position < len(self.fields) else ""

    def number(self, position: int) -> int | None:
        """A field as a whole number; None where it is blank.

        Raises:
            InputRefused: It is something else.
        """
        printed = self.text(position)
        if not printed:
            return None
        if not re.fullmatch(r"[+-]?\d+", printed):
            raise InputRefused(
                f"{printed!r} in record {self.code} is not a number.", where=f"line {self.line}"
            )
        return int(printed)

    def all_fields(self) -> list[str]:
        """Own and continued fields of a record whose continuations hold fields, not text."""
        return [*self.fields, *(part for line in self.continued for part in _fields(line))]

    def joined_text(self, text: str) -> str:
        """A text and its continuations: a full line runs on without a blank."""
        for line, length in zip(self.continued, [len(text) + _FULL_LINE, *self.lengths], strict=False):
            text += ("" if not text or length == _FULL_LINE else " ") + line.removesuffix("/")
        return text


def _fields(text: str) -> list[str]:
    return text.rstrip().removesuffix("/").split(",")


def records_of(lines: list[str], name: str) -> Iterator[Record]:
    """Records in their order, each with the continuations behind it.

    Raises:
        InputRefused: A line begins no known record.
    """
    current: Record | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        code, _, rest = line.partition(",")
        code = code.strip()
        if code == "88" and current is not None:
            current.continued.append(rest.rstrip())
            current.lengths.append(len(line))
        elif code in CODES:
            if current is not None:
                yield current
            current = Record(code, _fields(line), number)
        else:
            raise InputRefused(
                f"A line begins with {line[:12]!r}, which is no record of BAI2.",
                where=f"{name} line {number}",
                remedy="The file may be cut or no BAI2; export it again.",
            )
    if current is not None:
        yield current
