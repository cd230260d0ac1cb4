"""The published file as a reader finds it: what it says of itself, and whether that is so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import TieoutError
from orchestration.warehouse.connection import connect, quoted, scalar
from orchestration.warehouse.content_hash import table_content
from orchestration.warehouse.publication import read_publication, repair_manifest
from orchestration.workspace import Workspace


@contextmanager
def _readable(database: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise TieoutError(
            f"The published file cannot be read: {str(error).splitlines()[0]}",
            where=str(database),
            remedy="Run tieout run; it publishes the file again from landing/.",
        ) from None


def published_manifest(workspace: Workspace) -> dict[str, Any] | None:
    """What the published file says of itself; None when nothing is published.

    Raises:
        TieoutError: The file cannot be read.
    """
    with _readable(workspace.published_db):
        return read_publication(workspace)


def mend_manifest(workspace: Workspace) -> bool:
    """Write manifest.json again where a crash parted it from the file; whether it was needed.

    Raises:
        TieoutError: The file cannot be read.
    """
    with _readable(workspace.published_db):
        return repair_manifest(workspace)


def published_differences(database: Path, *, deep: bool = False) -> list[str]:
    """Where the marts of a published file differ from its `meta.content`; with `deep`, hash by hash.

    Raises:
        TieoutError: The file cannot be read.
    """
    with _readable(database), connect(database, read_only=True) as connection:
        if scalar(connection, "select count(*) from meta.publication") != 1:
            return ["meta.publication does not hold exactly one row"]
        said = connection.execute(
            "select schema_name, table_name, row_count, content_hash from meta.content "
            "where column_name = '' order by all"
        ).fetchall()
        found = [
            _difference(connection, schema, table, rows, digest if deep else "")
            for schema, table, rows, digest in said
        ]
    return [difference for difference in found if difference]


def _difference(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, rows: int, digest: str
) -> str:
    count = scalar(connection, f"select count(*) from {quoted(schema)}.{quoted(table)}")
    if count != rows:
        return f"{schema}.{table} has {count} rows instead of {rows}"
    if digest and table_content(connection, schema, table).content_hash != digest:
        return f"{schema}.{table} has another content hash"
    return ""
