"""Rows of an answer as text: exact (money is never a float), harmless in a terminal and in a spreadsheet."""

from __future__ import annotations

import csv
import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import IO, Any

# Beyond it JavaScript and many JSON readers round whole numbers (RFC 7493).
MAX_JSON_INTEGER = 2**53 - 1
# A spreadsheet takes a text that begins with one of these as a formula (OWASP ASVS 1.2.10).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
NUMBERS = (int, float, Decimal)


def text_of(value: Any) -> str:
    """One value as text: decimals and integers with all digits, instants as ISO 8601 in UTC with Z."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.isoformat()
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(json_value(value), ensure_ascii=False)
    return str(value)


def json_value(value: Any) -> Any:
    """What JSON can hold without loss: decimals and integers beyond 2^53 become text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_JSON_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, dict):
        return {text_of(key): json_value(item) for key, item in value.items()}
    return text_of(value)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], stream: IO[str]) -> None:
    """CSV whose text cells cannot become formulas."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)


def _csv_cell(value: Any) -> str:
    text = text_of(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not isinstance(value, NUMBERS) else text


def write_json(columns: Sequence[str], rows: Iterable[Sequence[Any]], stream: IO[str]) -> None:
    """A JSON array with one object per row; a repeated column name gets a number."""
    names = _unique(columns)
    separator = "[\n"
    for row in rows:
        record = {name: json_value(value) for name, value in zip(names, row, strict=True)}
        stream.write(separator + json.dumps(record, ensure_ascii=False))
        separator = ",\n"
    stream.write("[]\n" if separator == "[\n" else "\n]\n")


def _unique(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names.append(name)
    return names


def table_lines(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], widest_text: int | None = None
) -> Iterator[str]:
    """An aligned table; numbers to the right, control characters made visible, long texts cut when asked."""
    cells = [[_table_cell(value, widest_text) for value in row] for row in rows]
    headers = [printable(name) for name in columns]
    widths = [max(map(_width, column)) for column in zip(headers, *cells, strict=True)]
    right = [any(_is_number(row[index]) for row in rows) for index in range(len(columns))]
    for line in [headers, ["-" * width for width in widths], *cells]:
        yield "  ".join(
            _pad(cell, width, to_right) for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()


def _table_cell(value: Any, widest_text: int | None) -> str:
    text = "NULL" if value is None else printable(text_of(value))
    if widest_text is None or len(text) <= widest_text or _is_number(value):
        return text
    return text[: widest_text - 1] + "…"


def _is_number(value: Any) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def printable(text: str) -> str:
    """Data must not move the cursor, colour the terminal or turn the writing direction."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _pad(text: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def money(amount_minor: int, exponent: int, currency: str) -> str:
    """An amount in minor units as people read it: `1,234.50 usd`; whole numbers only on the way."""
    whole, rest = divmod(abs(amount_minor), 10**exponent)
    fraction = f".{rest:0{exponent}d}" if exponent else ""
    return f"{'-' if amount_minor < 0 else ''}{whole:,}{fraction} {currency}"
