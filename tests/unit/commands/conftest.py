"""A workspace with a small published file made by hand: no dbt, no Dagster, milliseconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.sources.receipts import Receipt, write_receipts
from orchestration.warehouse.content_hash import table_content
from orchestration.workspace import Workspace

Tieout = Callable[..., Result]

TABLES = """
create schema marts; create schema staging; create schema meta;
create table marts.dim_currencies as from (values ('usd', 2), ('jpy', 0), ('kwd', 3)) as t (currency, exponent);
create table marts.fct_transactions as
select 'platform' as account_id, 'txn_' || i as transaction_id, 'usd' as currency, 100 * i::bigint as net_minor,
    timestamptz '2026-03-01 12:00:00+00' as created_at
from range(1, 4) as t (i);
create table marts.fct_exceptions (kind varchar, currency varchar, amount_minor bigint, status varchar);
create table meta.publication (run_id varchar, as_of timestamptz, manifest varchar);
create table meta.inputs (name varchar, sha256 varchar, relation varchar, row_count bigint);
create table meta.content (
    schema_name varchar, table_name varchar, column_name varchar, row_count bigint, content_hash varchar);
"""


@pytest.fixture
def tieout(monkeypatch: pytest.MonkeyPatch) -> Tieout:
    """Call the command line in this process."""
    for variable in ("TIEOUT_WORKSPACE", "TIEOUT_INBOX", "TIEOUT_DEBUG"):
        monkeypatch.delenv(variable, raising=False)

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def manifest_of(connection: duckdb.DuckDBPyConnection, **changes: Any) -> dict[str, Any]:
    tables = {}
    for name in ("dim_currencies", "fct_exceptions", "fct_transactions"):
        content = table_content(connection, "marts", name)
        tables[f"marts.{name}"] = {
            "rows": content.row_count, "content_hash": content.content_hash, "columns": content.columns}
    return {
        "run_id": "run-1", "as_of": "2026-04-01T00:00:00.000000Z", "known_at": None,
        "published_at": "2026-04-01T06:00:00.000000Z", "code_version": "0.1.0+abc", "mode": "live",
        "inputs": [], "incomplete": [], "not_ready": [], "skipped": [], "warnings": [], "tables": tables, **changes}


@pytest.fixture
def publish(empty: Workspace) -> Callable[..., Workspace]:
    """Make the published file; extra SQL runs before its content is hashed."""

    def make(extra: str = "", **changes: Any) -> Workspace:
        empty.published.mkdir(parents=True)
        empty.root.chmod(0o700)
        with duckdb.connect(str(empty.published_db)) as connection:
            connection.execute(TABLES + extra)
            manifest = manifest_of(connection, **changes)
            text = json.dumps(manifest, sort_keys=True)
            connection.execute("insert into meta.publication values ('run-1', '2026-04-01', ?)", [text])
            for name, table in manifest["tables"].items():
                connection.execute("insert into meta.content values ('marts', ?, '', ?, ?)",
                                   [name.removeprefix("marts."), table["rows"], table["content_hash"]])
        empty.manifest.write_text(json.dumps(manifest), encoding="utf-8")
        return empty

    return make


@pytest.fixture
def published(publish: Callable[..., Workspace]) -> Workspace:
    return publish()


@pytest.fixture
def land(empty: Workspace) -> Callable[[str, bytes], str]:
    """Put a file into landing with its receipt; its sha256."""

    def put(name: str, body: bytes) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        blob = empty.blobs / sha256[:2] / sha256
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(body)
        at = "2026-04-01T00:00:00.000000Z"
        receipt = Receipt(
            sha256=sha256, size=len(body), name=name, kind="sigma", table="charges", account_id="platform",
            is_connected=False, livemode=None, file_format="csv", problem="", export_time=at,
            export_time_from="name", modified_at=at, received_at=at)
        write_receipts(empty, [receipt], datetime(2026, 4, 1, tzinfo=UTC))
        return sha256

    return put
