"""Which statements may be asked: one that only reads, decided on DuckDB's syntax tree, not on the text."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb

from orchestration.domain.errors import UsageError
from orchestration.warehouse.connection import literal

# Functions that only compute or describe. Others read files, take memory addresses, or, as
# `from enable_logging(storage = 'file')` does in 1.5.6, write a file although the configuration is locked.
TABLE_FUNCTIONS = frozenset(
    {
        "generate_series",
        "histogram",
        "histogram_values",
        "icu_calendar_names",
        "json_each",
        "json_tree",
        "pg_timezone_names",
        "query_table",
        "range",
        "repeat",
        "repeat_row",
        "summary",
        "test_all_types",
        "unnest",
    }
)
TABLE_FUNCTION_PREFIXES = ("duckdb_", "pragma_")
REFUSED_FUNCTIONS = frozenset({"write_log"})
READING = "SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
# White space only: a comment in this place could hide from us what DuckDB reads.
_EXPLAIN = re.compile(
    r"\s*explain\s+(?:analyze\s+)?(?:\(\s*(?:analyze|format|verbose)\b[^()]*\)\s*)?", re.IGNORECASE
)


def check_statement(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse everything that is not one reading statement.

    Raises:
        UsageError: Says what is refused.
    """
    tree = _tree(connection, query)
    prefix = _EXPLAIN.match(query)
    if tree["error"] and prefix:
        tree = _tree(connection, query[prefix.end() :])
    if tree["error"] and "Only SELECT" not in tree["error_message"]:
        raise UsageError(
            f"DuckDB cannot read this: {tree['error_message']}.", remedy=f"Use a single {READING}."
        )
    if tree["error"]:
        raise UsageError(
            "Only a statement that reads is allowed here.",
            where=" ".join(query.split())[:80],
            remedy=f"Use {READING}; the published file is never changed by hand.",
        )
    count = len(tree["statements"])
    if count != 1:
        raise UsageError(
            f"This holds {count} statements." if count else "The statement is empty.",
            remedy=f"Use a single {READING}.",
        )
    _check_functions(tree)


def _tree(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    # A literal, not a bound parameter: binding makes DuckDB's Python client import pandas (1 s).
    try:
        row = connection.execute(f"select json_serialize_sql({literal(query)})").fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row else {}
    except (duckdb.Error, RecursionError, ValueError) as error:
        raise UsageError(f"DuckDB cannot read this: {str(error).splitlines()[0]}") from None
    return tree


def _check_functions(tree: dict[str, Any]) -> None:
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
            name = str(node.get("function_name", "")).lower()
            if node.get("type") == "TABLE_FUNCTION":
                called = str((node.get("function") or {}).get("function_name", "")).lower()
                if called not in TABLE_FUNCTIONS and not called.startswith(TABLE_FUNCTION_PREFIXES):
                    name = called
                    _refuse_function(name)
            if name in REFUSED_FUNCTIONS:
                _refuse_function(name)


def _refuse_function(name: str) -> None:
    raise UsageError(
        f"The function {name} is not allowed here: it reaches outside of the published file.",
        remedy="Read the tables of marts, staging and meta.",
    )
