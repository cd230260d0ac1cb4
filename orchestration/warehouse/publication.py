"""Candidate -> published/tieout.duckdb: a compacted copy that says what it is, put in place in one rename.

Readers hold the previous file open as long as they like; they never see half a run. The file is written in
storage version v1.2.0, which DuckDB 1.2 to 2.0 open.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import TieoutError
from orchestration.run_context import RunContext, write_json
from orchestration.sources.receipts import sync_folder
from orchestration.warehouse.connection import STORAGE_VERSION, connect, literal, quoted
from orchestration.warehouse.content_parts import PARTS_TABLE, hash_by_parts
from orchestration.warehouse.evidence.batches import EVIDENCE_TABLES
from orchestration.warehouse.evidence.checkpoints import announce, settle
from orchestration.warehouse.publication_meta import META_TABLES, build_manifest, seal, write_meta
from orchestration.workspace import Workspace

# Beyond this share of free blocks a publication is written anew instead of copied.
MOST_FREE_SHARE = 0.25
PUBLISHED_SCHEMAS = ("marts", "staging")


def publish(workspace: Workspace, context: RunContext, now: datetime) -> dict[str, Any]:
    """Publish the candidate and leave its checkpoint in the journal; the manifest.

    Raises:
        TieoutError: The file cannot be written (disk full); the previous publication stays as it was.
    """
    settle(workspace)
    workspace.published.mkdir(parents=True, exist_ok=True)
    temporary = workspace.published / "tieout.duckdb.building"
    _remove(temporary)
    try:
        manifest = _build(workspace, context, now, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        announce(workspace, manifest, temporary)
        os.replace(temporary, workspace.published_db)
        sync_folder(workspace.published)
    except (OSError, duckdb.Error) as error:
        raise TieoutError(
            f"The publication could not be written: {str(error).splitlines()[0]}",
            where=str(workspace.published),
            remedy="Free disk space and run again; the previous publication is untouched.",
        ) from error
    finally:
        _remove(temporary)
    settle(workspace)
    return manifest


def _remove(path: Path) -> None:
    for victim in (path, path.with_name(path.name + ".wal")):
        victim.unlink(missing_ok=True)


def _build(workspace: Workspace, context: RunContext, now: datetime, target: Path) -> dict[str, Any]:
    if not _clone(workspace, target):
        _compact(workspace, target)
    with connect(":memory:", temporary=workspace.candidate / "spill") as connection:
        connection.execute(f"attach {literal(str(workspace.raw_db))} as raw (read_only)")
        connection.execute(f"attach {literal(str(target))} as pub")
        previous = _attach_previous(connection, workspace)
        connection.execute(META_TABLES + PARTS_TABLE + EVIDENCE_TABLES)
        marts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'pub' and schema_name = 'marts' order by all"
        ).fetchall()
        contents = [hash_by_parts(connection, "marts", table, previous=previous) for (table,) in marts]
        manifest = build_manifest(connection, context, contents, now)
        write_meta(connection, context, contents, manifest, now)
        seal(connection, manifest)
        connection.execute("checkpoint pub")
        connection.execute("detach pub")
    return manifest


def _attach_previous(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> str | None:
    """The previous publication as database `previous`, if there is one that can be read."""
    if not workspace.published_db.is_file():
        return None
    try:
        connection.execute(f"attach {literal(str(workspace.published_db))} as previous (read_only)")
        connection.execute("select count(*) from previous.meta.content_parts")
    except duckdb.Error:
        return None  # written by an older tieout: everything is hashed anew
    return "previous"


def _clone(workspace: Workspace, target: Path) -> bool:
    """Copy the candidate file as it is and drop what is private; False when it is better written anew.

    The candidate is created in the published storage version, so the copy only lacks the compaction. Writing
    one table of 10 million rows and 14 columns anew takes 7.5 s (measured 2026-11), and there are several.
    """
    with connect(workspace.candidate_db) as connection:
        connection.execute("checkpoint")
        size = connection.execute("select total_blocks, free_blocks from pragma_database_size()").fetchone()
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        ).fetchone()
    total, free = size or (0, 0)
    if not version or not str(version[0]).startswith(STORAGE_VERSION) or free > total * MOST_FREE_SHARE:
        return False
    shutil.copyfile(workspace.candidate_db, target)
    with connect(target) as connection:
        schemas = connection.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in (*PUBLISHED_SCHEMAS, "main"):
                connection.execute(f"drop schema {quoted(schema)} cascade")
        connection.execute("checkpoint")
    return True


def _compact(workspace: Workspace, target: Path) -> None:
    """Write every public table anew into the target."""
    with connect(":memory:", temporary=workspace.candidate / "spill") as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {literal(str(workspace.candidate_db))} as candidate (read_only)")
        connection.execute(
            f"attach {literal(str(target))} as pub (storage_version {literal(STORAGE_VERSION)})"
        )
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'candidate' "
            "and schema_name in ('marts', 'staging') order by all"
        ).fetchall()
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema pub.{schema}")
        for schema, table in tables:
            connection.execute(
                f"create table pub.{schema}.{quoted(table)} as from candidate.{schema}.{quoted(table)}"
            )
            _copy_comments(connection, schema, table)
        connection.execute("checkpoint pub")
        connection.execute("detach pub")


def _copy_comments(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Carry the descriptions over, so that `describe` and any SQL client show them."""
    name = f"pub.{schema}.{quoted(table)}"
    row = connection.execute(
        "select comment from duckdb_tables() where database_name = 'candidate' and schema_name = ? "
        "and table_name = ?",
        [schema, table],
    ).fetchone()
    if row and row[0]:
        connection.execute(f"comment on table {name} is {literal(row[0])}")
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'candidate' and schema_name = ? "
        "and table_name = ? and comment is not null",
        [schema, table],
    ).fetchall()
    for column, comment in columns:
        connection.execute(f"comment on column {name}.{quoted(column)} is {literal(comment)}")


def read_publication(workspace: Workspace) -> dict[str, Any] | None:
    """The manifest inside the published file, or None when nothing is published."""
    if not workspace.published_db.exists():
        return None
    with connect(workspace.published_db, read_only=True) as connection:
        row = connection.execute("select manifest from meta.publication").fetchone()
    return json.loads(row[0]) if row else None


def repair_manifest(workspace: Workspace) -> bool:
    """Mend what a crash parted from the published file, manifest.json and checkpoint; whether it was needed."""
    if settle(workspace):
        return True
    truth = read_publication(workspace)
    if truth is None:
        return False
    try:
        copy = json.loads(workspace.manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        copy = None
    if copy == truth:
        return False
    write_json(workspace.manifest, truth)
    return True
