"""Questions to the published file: one reading statement, read-only, offline, locked down, stopped in time.

What may be asked is decided in `query_statement`. DuckDB has no privilege boundary
inside the engine, so whoever may ask here must be allowed to see the whole file.
"""

from __future__ import annotations

import os
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
from orchestration.warehouse.connection import DEFAULT_MEMORY_LIMIT, literal
from orchestration.warehouse.query_statement import check_statement

FETCH_ROWS = 5000
# Some single function calls of DuckDB 1.5.6 do not listen to interrupts (levenshtein, list_reduce).
GRACE_SECONDS = 0.7
TICK_SECONDS = 0.05


@dataclass(frozen=True)
class Answer:
    """Columns and rows of an answer; decimals, integers and instants come as such, never as floats."""

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
    schemas = [
        row[0]
        for row in connection.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() "
            "and not internal order by schema_name"
        ).fetchall()
    ]
    if schemas:
        # `show tables` and unqualified names find the marts first (marts, meta, staging)
        connection.execute(f"set search_path = {literal(','.join(schemas))}")
    connection.execute("set lock_configuration = true")
    return connection


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
