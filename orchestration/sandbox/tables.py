"""The facts as Sigma's tables: text as Sigma prints it in its CSV files.

Instants are `YYYY-MM-DD HH:MM:SS.mmm` in UTC, booleans true or false, money integers in minor units, NULL is
None. Rows of connected accounts go to `connected_account_<table>`, with the column `account`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from orchestration.sandbox.facts import PLATFORM, Facts, Obj
from orchestration.sandbox.sigma_columns import columns_of
from orchestration.sandbox.sigma_views import views

Row = dict[str, str | None]


def as_tables(facts: Facts) -> dict[str, list[Row]]:
    """All tables that have rows, by name; columns in the order of `columns_of`.

    Returns:
        Per table its rows, in the order of the facts; every row of a table has the same columns.
    """
    tables: dict[str, list[Row]] = defaultdict(list)
    for table, tenant, record in views(facts):
        name = table if tenant == PLATFORM else f"connected_account_{table}"
        tables[name].append(_row(name, {**record, "@account": tenant}))
    return dict(sorted(tables.items()))


def sigma_time(epoch: int) -> str:
    """Epoch seconds as Sigma prints a timestamp."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S.000")


def _row(table: str, record: Obj) -> Row:
    return {column.name: _printed(_at(record, column.path), column.kind) for column in columns_of(table)}


def _at(record: Any, path: str) -> Any:
    """The value at a dotted path; None as soon as a step is missing."""
    for step in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def _printed(value: Any, kind: str) -> str | None:
    if value is None or value == []:
        return None
    if kind == "ts":
        return sigma_time(value)
    if kind == "bool":
        return "true" if value else "false"
    if kind == "list":
        return ",".join(value)
    return str(value)
