"""Candidate -> published/tieout.duckdb: a compacted copy that says what it is, put in place in one rename.

Readers hold the previous file open as long as they like; they never see half a run. The file is written in
storage version v1.2.0, which DuckDB 1.2 to 2.0 open.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.code_version import code_version
from orchestration.domain.errors import TieoutError
from orchestration.run_context import RunContext, utc_text, write_json
from orchestration.sources.receipts import sync_folder
from orchestration.warehouse.connection import connect, literal, quoted
from orchestration.warehouse.content_hash import TableContent, table_content
from orchestration.workspace import Workspace

STORAGE_VERSION = "v1.2.0"
PUBLISHED_SCHEMAS = ("marts", "staging")

_META = """
create schema pub.meta;
create table pub.meta.publication (
    run_id VARCHAR, as_of TIMESTAMPTZ, known_at TIMESTAMPTZ, published_at TIMESTAMPTZ, code_version VARCHAR,
    is_complete BOOLEAN, manifest VARCHAR);
create table pub.meta.inputs (
    name VARCHAR, sha256 VARCHAR, relation VARCHAR, source_system VARCHAR, export_time TIMESTAMPTZ,
    received_at TIMESTAMPTZ, row_count BIGINT, completeness VARCHAR);
create table pub.meta.quarantine (name VARCHAR, sha256 VARCHAR, reason VARCHAR, is_critical BOOLEAN);
create table pub.meta.gates (suite VARCHAR, table_name VARCHAR, success BOOLEAN, critical_failures BIGINT, warnings BIGINT);
create table pub.meta.settings (name VARCHAR, value VARCHAR, origin VARCHAR);
create table pub.meta.content (
    schema_name VARCHAR, table_name VARCHAR, column_name VARCHAR, row_count BIGINT, content_hash VARCHAR);
"""


def publish(workspace: Workspace, context: RunContext, now: datetime) -> dict[str, Any]:
    """Publish the candidate; the manifest.

    Raises:
        TieoutError: The file cannot be written (disk full); the previous publication stays as it was.
    """
    workspace.published.mkdir(parents=True, exist_ok=True)
    temporary = workspace.published / "tieout.duckdb.building"
    _remove(temporary)
    try:
        manifest = _build(workspace, context, now, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, workspace.published_db)
        sync_folder(workspace.published)
    except (OSError, duckdb.Error) as error:
        raise TieoutError(f"The publication could not be written: {str(error).splitlines()[0]}",
                          where=str(workspace.published),
                          remedy="Free disk space and run again; the previous publication is untouched.") from error
    finally:
        _remove(temporary)
    write_json(workspace.manifest, manifest)
    return manifest


def _remove(path: Path) -> None:
    for victim in (path, path.with_name(path.name + ".wal")):
        victim.unlink(missing_ok=True)


def _build(workspace: Workspace, context: RunContext, now: datetime, target: Path) -> dict[str, Any]:
    with connect(":memory:", temporary=workspace.candidate / "spill") as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {literal(str(workspace.candidate_db))} as candidate (read_only)")
        connection.execute(f"attach {literal(str(workspace.raw_db))} as raw (read_only)")
        connection.execute(f"attach {literal(str(target))} as pub (storage_version {literal(STORAGE_VERSION)})")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'candidate' "
            "and schema_name in ('marts', 'staging') order by all").fetchall()
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema pub.{schema}")
        for schema, table in tables:
            connection.execute(f"create table pub.{schema}.{quoted(table)} as "
                               f"from candidate.{schema}.{quoted(table)}")
            _copy_comments(connection, schema, table)
        connection.execute(_META)
        contents = [table_content(connection, schema, table, database="pub")
                    for schema, table in tables if schema == "marts"]
        manifest = _manifest(connection, context, contents, now)
        _write_meta(connection, context, contents, manifest, now)
        connection.execute("checkpoint pub")
        connection.execute("detach pub")
    return manifest


def _copy_comments(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Carry the descriptions over, so that `describe` and any SQL client show them."""
    name = f"pub.{schema}.{quoted(table)}"
    row = connection.execute(
        "select comment from duckdb_tables() where database_name = 'candidate' and schema_name = ? "
        "and table_name = ?", [schema, table]).fetchone()
    if row and row[0]:
        connection.execute(f"comment on table {name} is {literal(row[0])}")
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'candidate' and schema_name = ? "
        "and table_name = ? and comment is not null", [schema, table]).fetchall()
    for column, comment in columns:
        connection.execute(f"comment on column {name}.{quoted(column)} is {literal(comment)}")


def _manifest(
    connection: duckdb.DuckDBPyConnection, context: RunContext, contents: list[TableContent], now: datetime
) -> dict[str, Any]:
    inputs = connection.execute(
        "select name, sha256, relation, source_system, export_time::varchar, received_at::varchar, row_count, "
        "completeness from raw.meta.loads order by load_seq").fetchall()
    names = ("name", "sha256", "relation", "source_system", "export_time", "received_at", "rows", "completeness")
    return {
        "run_id": context.run_id,
        "as_of": context.as_of,
        "known_at": context.known_at or None,
        "published_at": utc_text(now),
        "code_version": code_version(),
        "settings": context.settings,
        "settings_origins": context.settings_origins,
        "mode": {"true": "live", "false": "test"}.get(context.livemode),
        "inputs": [dict(zip(names, row, strict=True)) for row in inputs],
        "incomplete": [
            {"name": entry["name"], "sha256": entry["sha256"], "reason": entry["reason"],
             "is_critical": entry["is_critical"]} for entry in context.refused],
        "not_ready": context.not_ready,
        "skipped": context.skipped,
        "warnings": context.warnings,
        "gates": [{key: gate[key] for key in ("suite", "table", "success", "critical_failures", "warnings")}
                  for gate in context.gates],
        "dbt_tests": context.dbt,
        "tables": {f"{item.schema}.{item.table}": {
            "rows": item.row_count, "content_hash": item.content_hash, "columns": item.columns}
            for item in contents},
    }


def _write_meta(
    connection: duckdb.DuckDBPyConnection, context: RunContext, contents: list[TableContent],
    manifest: dict[str, Any], now: datetime,
) -> None:
    connection.execute(
        "insert into pub.meta.publication values (?, ?, ?, ?, ?, ?, ?)",
        [context.run_id, context.as_of, context.known_at or None, now.astimezone(UTC), manifest["code_version"],
         not context.refused, json.dumps(manifest, sort_keys=True, ensure_ascii=False, default=str)])
    connection.execute(
        "insert into pub.meta.inputs select name, sha256, relation, source_system, export_time, received_at, "
        "row_count, completeness from raw.meta.loads")
    _insert(connection, "quarantine", [[item["name"], item["sha256"], item["reason"], item["is_critical"]]
                                       for item in context.refused])
    _insert(connection, "gates", [[gate["suite"], gate["table"], gate["success"], gate["critical_failures"],
                                   gate["warnings"]] for gate in context.gates])
    _insert(connection, "settings", [[name, str(value), context.settings_origins.get(name, "default")]
                                     for name, value in context.settings.items()])
    _insert(connection, "content", [
        [item.schema, item.table, column, item.row_count, digest]
        for item in contents for column, digest in [("", item.content_hash), *item.columns.items()]])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into pub.meta.{table} values ({marks})", rows)


def read_publication(workspace: Workspace) -> dict[str, Any] | None:
    """The manifest inside the published file, or None when nothing is published."""
    if not workspace.published_db.exists():
        return None
    with connect(workspace.published_db, read_only=True) as connection:
        row = connection.execute("select manifest from meta.publication").fetchone()
    return json.loads(row[0]) if row else None


def repair_manifest(workspace: Workspace) -> bool:
    """Write manifest.json again where a crash parted it from the published file; whether it was needed."""
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
