"""Control files: what the sender says a file holds, compared with what was loaded.

`<file>.control.json` = {"rows": n, "sha256": "...", "sums": {column: total}}. A file cut at the end of a row
looks whole; only its control totals can tell.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.receipts import Receipt
from orchestration.warehouse.connection import literal, quoted, scalar

KNOWN_KEYS = frozenset({"rows", "sha256", "sums"})


def prove_control(
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    path: Path,
    relation: str,
    load_seq: int,
    rows: int,
) -> None:
    """Compare a load with its control file, if there is one.

    Raises:
        InputRefused: Rows, hash or a column total differ, or the control file cannot be used.
    """
    control = receipt.control
    if control is None:
        return
    unknown = sorted(set(control) - KNOWN_KEYS)
    if unknown:
        raise InputRefused(
            f"The control file cannot be used: {control.get('unreadable') or 'unknown ' + unknown[0]}",
            where=f"{receipt.name}.control.json",
            remedy='It holds {"rows": n, "sha256": "...", "sums": {"column": total}}.',
        )
    if "sha256" in control and str(control["sha256"]).lower() != receipt.sha256:
        _differ(receipt, "sha256", control["sha256"], receipt.sha256)
    if "rows" in control and control["rows"] != rows:
        _differ(receipt, "rows", control["rows"], rows)
    for column, stated in dict(control.get("sums") or {}).items():
        actual = _column_sum(connection, receipt, path, column, load_seq)
        if not _is_same(actual, stated):
            _differ(receipt, f"sum of {column}", stated, actual)


def _column_sum(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, path: Path, column: str, load_seq: int
) -> Any:
    """The total of a column over the file itself, repeated rows included."""
    if receipt.file_format == "jsonl":
        query = (
            f"select sum(cast(json_extract_string(json, {literal('$.' + column)}) as decimal(38, 0))) "
            "from read_ndjson_objects(?)"
        )
    elif receipt.kind == "reports":  # the only files with amounts in major units
        query = (
            f"select sum(cast({quoted(column)} as decimal(38, 6))) from read_csv(?, header = true, "
            "all_varchar = true, delim = ',', quote = '\"', escape = '\"')"
        )
    elif receipt.file_format == "parquet":
        query = f"select sum(cast({quoted(column)} as decimal(38, 0))) from read_parquet(?)"
    else:
        query = (
            f"select sum(cast({quoted(column)} as decimal(38, 0))) from read_csv(?, header = true, "
            "all_varchar = true, delim = ',', quote = '\"', escape = '\"')"
        )
    try:
        if receipt.kind == "bank":  # no format has columns; the names are those of the entries as parsed
            own = f"from bank.entries where load_seq = {load_seq} having count(distinct currency) <= 1"
            return scalar(connection, f"select sum(cast({quoted(column)} as decimal(38, 0))) {own}") or 0
        return scalar(connection, query, [str(path)]) or 0
    except duckdb.Error as error:
        raise InputRefused(
            f"The control file names column {column}, which cannot be summed: "
            f"{str(error).splitlines()[0][:200]}",
            where=receipt.name,
        ) from None


def _is_same(actual: Any, stated: Any) -> bool:
    try:
        return Decimal(str(actual)) == Decimal(str(stated))
    except InvalidOperation:
        return False


def _differ(receipt: Receipt, what: str, stated: Any, actual: Any) -> None:
    raise InputRefused(
        f"The control file disagrees: {what} {stated} stated, {actual} received.",
        where=receipt.name,
        remedy="The file is cut, changed or not the one that the control file speaks of; export both again.",
    )
