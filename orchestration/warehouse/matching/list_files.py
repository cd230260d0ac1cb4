"""The two lists of `tieout match` as files: read as text and proven row by row; results written whole or not at all.

What is matched and how stands elsewhere; here a file becomes a table, and tables become files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.domain.errors import InputRefused, TieoutError
from orchestration.warehouse.archive import decompress
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.raw_gates import Rule, check_rows
from orchestration.warehouse.tabular_file import csv_reader, first_lines, header_cells, read_as_a_whole

COLUMNS = ("id", "date", "amount_minor", "currency", "text")
READ_ENDINGS = (".csv", ".csv.gz", ".parquet")
WRITTEN_ENDINGS = (".csv", ".parquet")
_REMEDY = "Correct the file and run again; nothing was written."
_WHOLE = "regexp_full_match(amount_minor, '-?[0-9]+')"
# The least integer of 64 bits has no absolute value in 64 bits.
_FITS = "try_cast(amount_minor as bigint) >= -9223372036854775807"
RULES = (
    Rule("id", "trim(coalesce(id, '')) = ''", "id", "'empty id'", _REMEDY),
    Rule(
        "date",
        "(regexp_full_match(date, '[0-9]{4}-[0-9]{2}-[0-9]{2}') and try_cast(date as date) is not null) is not true",
        "date",
        "'unreadable date'",
        "Write days as YYYY-MM-DD (in Parquet: type DATE) and run again; nothing was written.",
    ),
    Rule(
        "amount_minor",
        f"({_WHOLE} and {_FITS}) is not true",
        "amount_minor",
        "case when amount_minor is null then 'empty amount' "
        f"when {_WHOLE} then 'integer beyond 64 bits' "
        "when try_cast(amount_minor as double) is not null then 'no integer' else 'unreadable amount' end",
        "Write amounts as whole numbers of the currency's minor unit (10.00 usd is 1000) and run again; "
        "nothing was written.",
    ),
    Rule(
        "currency",
        "regexp_full_match(currency, '[A-Za-z]{3}') is not true",
        "currency",
        "case when currency is null then 'empty currency' else 'no currency code' end",
        "Write the ISO 4217 code of each row, such as usd, and run again; nothing was written.",
    ),
)


@dataclass(frozen=True)
class ListFile:
    """One list as it was read.

    Attributes:
        table: Columns id, date (date32), amount_minor (int64), currency (lower case), text (may be null).
        ignored: Columns of the file that matching does not look at.
    """

    table: pa.Table
    ignored: tuple[str, ...]


def read_list(connection: duckdb.DuckDBPyConnection, path: Path, side: str, folder: Path) -> ListFile:
    """Read one list.

    Args:
        path: A .csv, .csv.gz or .parquet file with the columns COLUMNS; others are ignored.
        side: left or right; names the table that holds it meanwhile.
        folder: For temporary files.
    Raises:
        InputRefused: A column is missing or stands twice, an id is empty or stands twice, a date, amount or
            currency cannot be read, or the file is damaged. Names file, column, rows and values.
    """
    name = str(path)
    columns, source = _source(connection, path, side, folder)
    lowered = [column.lower() for column in columns]
    repeated = sorted({column for column in lowered if lowered.count(column) > 1})
    if repeated:
        raise InputRefused(f"Column {', '.join(repeated)} stands more than once.", where=name, remedy=_REMEDY)
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise InputRefused(
            f"Required column {', '.join(missing)} is missing; there are {', '.join(columns)}.",
            where=name,
            remedy=f"Give the list the columns {', '.join(COLUMNS)} (CSV: parted by commas).",
        )
    received = f"received_{side}"
    _load(connection, received, source, name)
    check_rows(connection, f"(select *, rowid + 1 as _row from {received})", RULES, "data row", name)
    _refuse_repeated_ids(connection, received, name)
    table = connection.execute(
        "select id, date::date as date, amount_minor::bigint as amount_minor, lower(currency) as currency, text "
        f"from {received}"
    ).to_arrow_table()
    connection.execute(f"drop table {received}")
    return ListFile(table, tuple(column for column in columns if column not in COLUMNS))


def _source(
    connection: duckdb.DuckDBPyConnection, path: Path, side: str, folder: Path
) -> tuple[list[str], str]:
    """The columns of a file, and the SQL that reads it."""
    name = str(path)
    if path.name.endswith(".parquet"):
        link = folder / f"{side}.parquet"
        link.symlink_to(path.resolve())  # a name like `a[1].parquet` would be read as a pattern
        reader = f"read_parquet({literal(str(link))})"
        try:
            rows = connection.execute(f"describe select * from {reader}").fetchall()
        except duckdb.Error as error:
            raise InputRefused(
                f"Not a readable Parquet file: {first_lines(error)}",
                where=name,
                remedy="It may be cut or damaged; export it again.",
            ) from None
        return [row[0] for row in rows], reader
    plain = folder / f"{side}.csv"
    if path.name.endswith(".gz"):
        decompress(path, plain, name)
    else:
        plain.symlink_to(path.resolve())
    columns = header_cells(plain, name)
    if not all(columns):
        raise InputRefused("A column has no name.", where=name, remedy=_REMEDY)
    return columns, csv_reader(literal(str(plain)), columns)


def _load(connection: duckdb.DuckDBPyConnection, received: str, source: str, name: str) -> None:
    """The five columns as text, in the order of the file: rowids count its rows."""
    texts = ", ".join(f"cast({quoted(column)} as varchar) as {quoted(column)}" for column in COLUMNS)
    with read_as_a_whole(name):
        connection.execute(f"create temporary table {received} as select {texts} from {source}")


def _refuse_repeated_ids(connection: duckdb.DuckDBPyConnection, received: str, name: str) -> None:
    if not scalar(connection, f"select count(*) - count(distinct id) from {received}"):
        return
    found = connection.execute(
        f"select id, list(rowid + 1 order by rowid) as rows from {received} group by id having count(*) > 1 "
        "order by min(rowid) limit 3"
    ).fetchall()
    shown = "; ".join(f"{item!r} in data rows {', '.join(map(str, rows[:5]))}" for item, rows in found)
    raise InputRefused(
        f"An id stands more than once: {shown}.",
        where=name,
        remedy="Give each row an id of its own, then run again.",
    )


def write_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[Path, pa.Table]) -> None:
    """Write each table to its file, in the order of its rows; every file is whole before the first one appears.

    Text is written as it is: whoever joins these ids must find them unchanged.

    Raises:
        TieoutError: A file cannot be written.
    """
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in tables}
    current = Path()
    try:
        for current, table in tables.items():
            _write(connection, table, parts[current])
        for current, part in parts.items():
            os.replace(part, current)
    except (OSError, duckdb.Error) as error:
        raise TieoutError(
            f"The file cannot be written: {first_lines(error)}",
            where=str(current),
            remedy="Free disk space, mend the permissions of the folder, or name another file.",
        ) from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _write(connection: duckdb.DuckDBPyConnection, table: pa.Table, part: Path) -> None:
    is_parquet = part.name.split(".")[-3] == "parquet"
    options = "format parquet, compression zstd" if is_parquet else "format csv, header true"
    connection.register("written_list", table)
    connection.execute(f"copy (select * from written_list) to {literal(str(part.absolute()))} ({options})")
    connection.unregister("written_list")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
