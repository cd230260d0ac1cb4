"""Arrow batches as CSV text in Sigma's dialect: line feeds, empty for NULL, quotes only where they must be.

Arrow's own writer quotes every text, and Python's takes five times as long.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_SPECIAL = (b'"', b",", b"\n", b"\r")


def header(names: list[str]) -> bytes:
    """The first line of a file."""
    return ",".join(names).encode() + b"\n"


def csv_lines(batch: Any) -> bytes:
    """The rows of a record batch, each ended by a line feed.

    Instants print as `YYYY-MM-DD HH:MM:SS.mmm`, booleans as true and false, doubles in as few digits as
    they need.
    """
    pa: Any = import_module("pyarrow")
    pc: Any = import_module("pyarrow.compute")

    texts = [
        _quoted(column) if pa.types.is_string(column.type) else column.cast(pa.string())
        for column in batch.columns
    ]
    nothing_for_null = {"null_handling": "replace", "null_replacement": ""}
    rows = pc.binary_join_element_wise(*texts, ",", **nothing_for_null)
    lines = pc.binary_join_element_wise(rows, pa.scalar(""), "\n", **nothing_for_null)
    return _content(lines)


def _quoted(column: Any) -> Any:
    """A text column in which every value with a comma, quote or line break stands in quotes."""
    pc: Any = import_module("pyarrow.compute")
    content = _content(column)
    if not any(mark in content for mark in _SPECIAL):
        return column
    escaped = pc.replace_substring(column, '"', '""')
    in_quotes = pc.binary_join_element_wise('"', escaped, '"', "")
    return pc.if_else(pc.match_substring_regex(column, '[",\n\r]'), in_quotes, column)


def _content(column: Any) -> bytes:
    """All values of a text column, one after the other; the column must not be a slice of another."""
    data = column.buffers()[2]
    return b"" if data is None else data.to_pybytes()
