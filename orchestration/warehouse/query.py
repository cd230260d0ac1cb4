"""Questions to the published file: one reading statement, read-only, offline, locked down, stopped in time.

What may be asked is decided on DuckDB's own syntax tree, not on the text. DuckDB has no privilege boundary
inside the engine, so whoever may ask here must be allowed to see the whole file.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import TieoutError, UsageError
from orchestration.warehouse.connection import DEFAULT_MEMORY_LIMIT, connect, literal, quoted, scalar
from orchestration.warehouse.content_hash import table_content

FETCH_ROWS = 5000
# Some single function calls of DuckDB 1.5.6 do not listen to interrupts (levenshtein, list_reduce).
GRACE_SECONDS = 0.7
TICK_SECONDS = 0.05

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


@dataclass(frozen=True)
class Answer:
    """Columns and rows of an answer; rows come as Python values (Decimal, int, datetime in UTC), never floats
    for what is no float.
    """

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def ask(
    database: Path, query: str, *, timeout_seconds: float = 60.0, on_stuck: Callable[[], None] | None = None
) -> Iterator[Answer]:
    """Run one reading statement on a published file.

    Args:
        database: The published file.
        query: One statement.
        timeout_seconds: Time that DuckDB may work; the reader's own time does not count.
        on_stuck: Called when the query does not even stop when it is interrupted.
    Raises:
        UsageError: The statement is refused or wrong; the message is DuckDB's.
        TieoutError: It ran too long or needs too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="tieout-sql-") as spill:
        connection = locked_connection(database, Path(spill))
        try:
            check_statement(connection, query)
            clock = _Clock(connection, timeout_seconds, on_stuck)
            with clock.guard(), _explained(connection, clock):
                cursor = connection.execute(query)
                columns = [item[0] for item in cursor.description or []]
            yield Answer(columns, _rows(connection, clock))
        finally:
            connection.close()


def locked_connection(database: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that cannot reach files, the network, extensions or its own configuration."""
    config: dict[str, Any] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "memory_limit": os.environ.get("TIEOUT_MEMORY_LIMIT", DEFAULT_MEMORY_LIMIT),
        "threads": str(os.cpu_count() or 1),
        "temp_directory": str(spill),
        "max_temp_directory_size": "20GB",
    }
    try:
        connection = duckdb.connect(str(database), read_only=True, config=config)
    except duckdb.Error as error:
        raise TieoutError(
            f"The published file cannot be opened: {str(error).splitlines()[0]}",
            where=str(database),
            remedy="Run `tieout run`; it publishes the file again from landing/.",
        ) from None
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set lock_configuration = true")
    return connection


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


def _rows(connection: duckdb.DuckDBPyConnection, clock: _Clock) -> Iterator[tuple[Any, ...]]:
    while True:
        with clock.guard(), _explained(connection, clock):
            chunk = connection.fetchmany(FETCH_ROWS)
        if not chunk:
            return
        yield from chunk


@contextmanager
def _explained(connection: duckdb.DuckDBPyConnection, clock: _Clock) -> Iterator[None]:
    """Errors of DuckDB -> errors that say what to do."""
    try:
        yield
    except duckdb.InterruptException:
        if not clock.expired:
            raise KeyboardInterrupt from None
        raise clock.error() from None
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise UsageError(
            str(error).strip(), remedy=f"Tables in marts: {', '.join(_marts(connection))}."
        ) from None
    except duckdb.OutOfMemoryException as error:
        raise TieoutError(
            f"The query needs too much memory: {str(error).splitlines()[0]}",
            remedy="Ask for less, or raise TIEOUT_MEMORY_LIMIT (for example 12GB).",
        ) from None
    except duckdb.Error as error:
        raise UsageError(str(error).strip()) from None


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        row[0]
        for row in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
        ).fetchall()
    ]


class _Clock:
    """Interrupts a connection once the time that DuckDB may work is used up."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, seconds: float, on_stuck: Callable[[], None] | None
    ) -> None:
        self._connection, self._left, self._seconds, self._on_stuck = connection, seconds, seconds, on_stuck
        self.expired = False

    def error(self) -> TieoutError:
        """What to say when the time is over."""
        return TieoutError(
            f"The query ran longer than {self._seconds:g} seconds and was stopped.",
            remedy="Ask for less, or allow more time: --timeout SECONDS.",
        )

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Count the time inside."""
        if self._left <= 0:
            self.expired = True
            raise self.error()
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,), daemon=True)
        started = time.monotonic()
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            self._left -= time.monotonic() - started

    def _watch(self, done: threading.Event) -> None:
        if done.wait(self._left):
            return
        self.expired = True
        stuck_at = time.monotonic() + GRACE_SECONDS
        while not done.wait(TICK_SECONDS):
            self._connection.interrupt()
            if self._on_stuck is not None and time.monotonic() > stuck_at:
                self._on_stuck()
                return


def published_differences(database: Path, *, deep: bool = False) -> list[str]:
    """Where the marts of a published file differ from what its `meta.content` says; with `deep`, hash by hash.

    Raises:
        TieoutError: The file cannot be opened or read.
    """
    try:
        with connect(database, read_only=True) as connection:
            said = connection.execute(
                "select schema_name, table_name, row_count, content_hash from meta.content "
                "where column_name = '' order by all"
            ).fetchall()
            if scalar(connection, "select count(*) from meta.publication") != 1:
                return ["meta.publication does not hold exactly one row"]
            return [
                difference
                for schema, table, rows, digest in said
                if (difference := _difference(connection, schema, table, rows, digest if deep else ""))
            ]
    except duckdb.Error as error:
        raise TieoutError(
            f"The published file cannot be read: {str(error).splitlines()[0]}",
            where=str(database),
            remedy="Run tieout run; it publishes the file again from landing/.",
        ) from None


def _difference(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, rows: int, digest: str
) -> str:
    count = scalar(connection, f"select count(*) from {quoted(schema)}.{quoted(table)}")
    if count != rows:
        return f"{schema}.{table} has {count} rows instead of {rows}"
    if digest and table_content(connection, schema, table).content_hash != digest:
        return f"{schema}.{table} has another content hash"
    return ""
