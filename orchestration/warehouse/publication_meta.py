"""What a publication says of itself: the tables of schema `meta`, and the manifest that copies them."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

import duckdb

from orchestration.code_version import code_version
from orchestration.run_context import RunContext, utc_text
from orchestration.sources.source_columns import source_columns
from orchestration.warehouse.content_hash import TableContent
from orchestration.warehouse.evidence.batches import write_evidence

META_TABLES = """
create schema pub.meta;
create table pub.meta.publication (
    run_id VARCHAR, as_of TIMESTAMPTZ, known_at TIMESTAMPTZ, published_at TIMESTAMPTZ, code_version VARCHAR,
    is_complete BOOLEAN, manifest VARCHAR, merkle_root VARCHAR);
create table pub.meta.inputs (
    name VARCHAR, sha256 VARCHAR, relation VARCHAR, source_system VARCHAR, export_time TIMESTAMPTZ,
    received_at TIMESTAMPTZ, row_count BIGINT, completeness VARCHAR, unread_columns VARCHAR);
create table pub.meta.quarantine (name VARCHAR, sha256 VARCHAR, reason VARCHAR, is_critical BOOLEAN);
create table pub.meta.gates (
    suite VARCHAR, table_name VARCHAR, success BOOLEAN, critical_failures BIGINT, warnings BIGINT);
create table pub.meta.settings (name VARCHAR, value VARCHAR, origin VARCHAR);
create table pub.meta.source_columns (
    schema_name VARCHAR, table_name VARCHAR, column_name VARCHAR, in_sigma BOOLEAN, in_api BOOLEAN);
create table pub.meta.content (
    schema_name VARCHAR, table_name VARCHAR, column_name VARCHAR, row_count BIGINT, content_hash VARCHAR);
"""


def build_manifest(
    connection: duckdb.DuckDBPyConnection, context: RunContext, contents: list[TableContent], now: datetime
) -> dict[str, Any]:
    inputs = connection.execute(
        "select name, sha256, relation, source_system, export_time::varchar, received_at::varchar, row_count, "
        "completeness, extra_columns from raw.meta.loads order by load_seq"
    ).fetchall()
    names = (
        "name",
        "sha256",
        "relation",
        "source_system",
        "export_time",
        "received_at",
        "rows",
        "completeness",
        "unread_columns",
    )
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
        "decisions": context.decisions,
        "closed_periods": context.closes.get("closed", []),
        "incomplete": [
            {
                "name": entry["name"],
                "sha256": entry["sha256"],
                "reason": entry["reason"],
                "is_critical": entry["is_critical"],
            }
            for entry in context.refused
            if entry["is_open"]
        ],
        "not_ready": context.not_ready,
        "skipped": context.skipped,
        "warnings": context.warnings,
        "gates": [
            {key: gate[key] for key in ("suite", "table", "success", "critical_failures", "warnings")}
            for gate in context.gates
        ],
        "dbt_tests": context.dbt,
        "tables": {
            f"{item.schema}.{item.table}": {
                "rows": item.row_count,
                "content_hash": item.content_hash,
                "columns": item.columns,
            }
            for item in contents
        },
    }


def write_meta(
    connection: duckdb.DuckDBPyConnection,
    context: RunContext,
    contents: list[TableContent],
    manifest: dict[str, Any],
    now: datetime,
) -> None:
    connection.execute(
        "insert into pub.meta.publication values (?, ?, ?, ?, ?, ?, null, null)",
        [
            context.run_id,
            context.as_of,
            context.known_at or None,
            now.astimezone(UTC),
            manifest["code_version"],
            not manifest["incomplete"],
        ],
    )
    connection.execute(
        "insert into pub.meta.inputs select name, sha256, relation, source_system, export_time, received_at, "
        "row_count, completeness, extra_columns from raw.meta.loads"
    )
    _insert(
        connection,
        "quarantine",
        [[item["name"], item["sha256"], item["reason"], item["is_critical"]] for item in context.refused],
    )
    _insert(
        connection,
        "gates",
        [
            [gate["suite"], gate["table"], gate["success"], gate["critical_failures"], gate["warnings"]]
            for gate in context.gates
        ],
    )
    _insert(
        connection,
        "settings",
        [
            [name, str(value), context.settings_origins.get(name, "default")]
            for name, value in context.settings.items()
        ],
    )
    _insert(
        connection,
        "content",
        [
            [item.schema, item.table, column, item.row_count, digest]
            for item in contents
            for column, digest in [("", item.content_hash), *item.columns.items()]
        ],
    )
    _insert(connection, "source_columns", [list(astuple(column)) for column in source_columns()])


def seal(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    """Hash what stands in `pub` by batches, and put the root over them into the manifest and beside it."""
    manifest["merkle_root"] = write_evidence(connection)
    connection.execute(
        "update pub.meta.publication set merkle_root = ?, manifest = ?",
        [manifest["merkle_root"], json.dumps(manifest, sort_keys=True, ensure_ascii=False, default=str)],
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    if rows:
        marks = f"({', '.join('?' for _ in rows[0])})"
        values = [value for row in rows for value in row]
        connection.execute(f"insert into pub.meta.{table} values {', '.join([marks] * len(rows))}", values)
