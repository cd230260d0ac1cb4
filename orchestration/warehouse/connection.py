"""DuckDB connections of this project: UTC, bounded, offline. The only place that opens one for the loader."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import duckdb

# Half of a small laptop; DuckDB spills to the temporary folder beyond it.
DEFAULT_MEMORY_LIMIT = "6GB"
ORPHAN_SECONDS = 120
STORAGE_VERSION = "v1.2.0"


def connect(
    path: Path | str, *, read_only: bool = False, temporary: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database in UTC, without extension downloads, with a memory limit."""
    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": os.environ.get("TIEOUT_MEMORY_LIMIT", DEFAULT_MEMORY_LIMIT),
    }
    if temporary is not None:
        config["temp_directory"] = str(temporary)
    connection = _open_patiently(str(path), read_only, config)
    connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
    return connection


def opens(path: Path) -> bool:
    """Whether a database can be opened; waits for the process that holds it.

    A kill can leave a log that DuckDB 1.5.6 does not replay: a comment on a table with a CHECK ends in an
    internal error. What cannot be opened can only be built anew.
    """
    try:
        with connect(path):
            return True
    except duckdb.Error as error:
        if "Conflicting lock" in str(error):
            raise
        return False


def create_database(path: Path) -> None:
    """Create an empty database in the storage version that is published, which DuckDB 1.2 to 2.0 open."""
    with connect(":memory:") as connection:
        connection.execute(
            f"attach {literal(str(path))} as created (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("detach created")


def _open_patiently(path: str, read_only: bool, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Wait for a child of a killed run: dbt may outlive its parent by the statement it is in."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while True:
        try:
            return duckdb.connect(path, read_only=read_only, config=config)
        except duckdb.IOException as error:
            if "Conflicting lock" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def quoted(identifier: str) -> str:
    """An identifier that is safe to stand in SQL, whatever it contains."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal that is safe to stand in SQL where a bound parameter cannot."""
    return "'" + text.replace("'", "''") + "'"


def scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None) -> Any:
    """First column of the first row, or None."""
    row = connection.execute(query, parameters or []).fetchone()
    return None if row is None else row[0]
