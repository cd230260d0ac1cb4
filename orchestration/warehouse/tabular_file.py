"""How one CSV or Parquet file is read: its header, its columns, the SQL that reads it. Nothing is written here."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import Table
from orchestration.warehouse.connection import literal

MAX_HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class TabularLoad:
    """One file on its way into one raw table.

    Attributes:
        relation: Table below schema `sigma`.
        table: What the catalog knows of it; None for tables without a model.
        path: Plain CSV or Parquet file.
        name: Name in the inbox, for messages.
        account_column: The tenant stands in the column `account`.
        observed_at, received_at: ISO instants.
    """

    relation: str
    table: Table | None
    path: Path
    name: str
    is_parquet: bool
    account_column: bool
    source_system: str
    livemode: bool | None
    observed_at: str
    received_at: str
    load_seq: int


def header_of(path: Path, name: str) -> list[str]:
    """Column names of a CSV file that is loaded into raw.

    Raises:
        InputRefused: No header, a repeated, empty or reserved column name, or no final line break.
    """
    return checked_columns(header_cells(path, name), name)


def header_cells(path: Path, name: str) -> list[str]:
    """The first line of a CSV file, cell by cell.

    Raises:
        InputRefused: No header, or no final line break.
    """
    with path.open("rb") as file:
        head = file.read(MAX_HEADER_BYTES)
        if not head.strip():
            raise InputRefused("The file is empty: it has not even a header.", where=name)
        file.seek(-1, 2)
        if file.read(1) not in (b"\n", b"\r"):
            raise InputRefused(
                "The file does not end with a line break, so its last row may be cut.",
                where=name,
                remedy="Export it again, or end the file with a line break if it is whole.",
            )
    text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(head)
    return [column.strip() for column in next(csv.reader(io.StringIO(text)))]


def checked_columns(columns: list[str], name: str) -> list[str]:
    """Refuse headers that cannot be told apart or that collide with ours."""
    lowered = [column.lower() for column in columns]
    repeated = sorted({column for column in lowered if lowered.count(column) > 1})
    if repeated:
        raise InputRefused(f"Column {', '.join(repeated)} stands more than once in the header.", where=name)
    if any(not column or column.startswith("_") or len(column) > 200 for column in lowered):
        raise InputRefused("A column has no name, or a name that begins with an underscore.", where=name)
    return columns


def file_columns(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> list[str]:
    if not load.is_parquet:
        return header_of(load.path, load.name)
    try:
        rows = connection.execute("describe select * from read_parquet(?)", [str(load.path)]).fetchall()
    except duckdb.Error as error:
        raise InputRefused(
            f"Not a readable Parquet file: {first_lines(error)}",
            where=load.name,
            remedy="It may be cut or damaged; export it again.",
        ) from None
    return checked_columns([row[0] for row in rows], load.name)


def check_header(load: TabularLoad, columns: list[str]) -> None:
    needed = list(load.table.required) if load.table else []
    if load.account_column:
        needed.append("account")
    missing = [column for column in needed if column not in columns]
    if missing:
        raise InputRefused(
            f"Required column {', '.join(missing)} is missing.",
            where=load.name,
            remedy=f"Export the table with at least: {', '.join(needed)}.",
        )


def reader(load: TabularLoad, columns: list[str]) -> str:
    if load.is_parquet:
        return "read_parquet(?)"
    return csv_reader("?", columns)


def csv_reader(path: str, columns: list[str]) -> str:
    """SQL that reads a CSV file as text, strictly.

    Args:
        path: A quoted literal, or the mark of a bound parameter.
    """
    struct = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({path}, columns = {{{struct}}}, header = true, auto_detect = false, delim = ',', quote = '\"', "
        "escape = '\"', strict_mode = true, null_padding = false, ignore_errors = false, "
        "max_line_size = 16777216)"
    )


@contextmanager
def read_as_a_whole(name: str) -> Iterator[None]:
    """Around the statement that reads a file: what DuckDB says of a damaged one, as a refusal of the file.

    Raises:
        InputRefused: The file cannot be read to its end.
    """
    try:
        yield
    except duckdb.Error as error:
        raise InputRefused(
            f"The file cannot be read as a whole: {first_lines(error)}",
            where=name,
            remedy="It may be cut or damaged, or not be UTF-8; export it again.",
        ) from None


def first_lines(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].splitlines()[:4])[:400]
