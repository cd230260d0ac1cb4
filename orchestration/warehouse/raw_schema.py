"""Tables of candidate/raw.duckdb: what was received, as received, with where and when it came from.

`sigma.<table>`: one row per tenant and key, text as received, the latest observation (Sigma and Data Pipeline
carry the same tables). `api.<object>`: one row per observation of an object (a list row, or the object inside
an event), the payload as received. `reports.<report>`: one row per line of a report file, text as received.
`bank.*`: statements of banks as parsed (see bank_schema). `business.*`: the company's own records (see
business_schema). `journal.*`: what people decided and closed (see load_decisions and load_closes).
`meta`: what was loaded, what was refused.
Names that begin with an underscore are ours; a received column never does.
"""

from __future__ import annotations

import duckdb

from orchestration.sources.catalog import Catalog
from orchestration.warehouse.bank_schema import create_bank_tables
from orchestration.warehouse.business_schema import create_business_tables
from orchestration.warehouse.connection import quoted
from orchestration.warehouse.load_closes import create_close_tables

SIGMA_OWN_COLUMNS = {
    "_account_id": "VARCHAR NOT NULL",
    "_is_deleted": "BOOLEAN NOT NULL",
    "_in_snapshot": "BOOLEAN NOT NULL",
    "_missing_columns": "VARCHAR NOT NULL",
    "_livemode": "BOOLEAN",
    "_source_system": "VARCHAR NOT NULL",
    "_observed_at": "TIMESTAMPTZ NOT NULL",
    "_received_at": "TIMESTAMPTZ NOT NULL",
    "_load_seq": "BIGINT NOT NULL",
}

API_COLUMNS = {
    "account_id": "VARCHAR NOT NULL",
    "object_id": "VARCHAR NOT NULL",
    "parent_id": "VARCHAR",
    "kind": "VARCHAR NOT NULL",
    "observed_at": "TIMESTAMPTZ NOT NULL",
    "sequence": "BIGINT NOT NULL",
    "is_deleted": "BOOLEAN NOT NULL",
    "livemode": "BOOLEAN",
    "received_at": "TIMESTAMPTZ NOT NULL",
    "load_seq": "BIGINT NOT NULL",
    "payload": "VARCHAR NOT NULL",
    "previous_attributes": "VARCHAR",
}

# Columns of a balance summary that are read; its interval comes from the file name (days or instants).
REPORT_TEXTS = ("category", "currency", "description", "net_amount")
REPORT_COLUMNS = {
    "account_id": "VARCHAR NOT NULL",
    "starts_on": "DATE",
    "starts_at": "TIMESTAMPTZ",
    "ends_on": "DATE",
    "ends_at": "TIMESTAMPTZ",
    "source_name": "VARCHAR NOT NULL",
    "observed_at": "TIMESTAMPTZ NOT NULL",
    "received_at": "TIMESTAMPTZ NOT NULL",
    "load_seq": "BIGINT NOT NULL",
}

# Raw tables that hold what has no table of its own.
GENERIC_SIGMA = ("metadata", "unmodelled")
GENERIC_API = ("event", "metadata", "unmodelled", "payout_balance_transactions")

_META = """
create schema if not exists meta;
create table if not exists meta.build (fingerprint VARCHAR NOT NULL);
create table if not exists meta.loads (
    load_seq BIGINT NOT NULL, receipt_id VARCHAR NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    source_system VARCHAR NOT NULL, relation VARCHAR NOT NULL, account_scope VARCHAR NOT NULL,
    export_time TIMESTAMPTZ NOT NULL, observed_at TIMESTAMPTZ NOT NULL, received_at TIMESTAMPTZ NOT NULL,
    row_count BIGINT NOT NULL, completeness VARCHAR NOT NULL, live_rows BIGINT NOT NULL, test_rows BIGINT NOT NULL,
    extra_columns VARCHAR NOT NULL, run_id VARCHAR NOT NULL);
create table if not exists meta.refusals (
    receipt_id VARCHAR NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, relation VARCHAR NOT NULL,
    is_critical BOOLEAN NOT NULL, reason VARCHAR NOT NULL, remedy VARCHAR NOT NULL,
    refused_at TIMESTAMPTZ NOT NULL, after_load_seq BIGINT NOT NULL, run_id VARCHAR NOT NULL,
    rules VARCHAR NOT NULL);
"""


def _columns(own: dict[str, str], received: list[str]) -> str:
    lines = [f"{quoted(name)} VARCHAR" for name in received]
    lines += [f"{quoted(name)} {kind}" for name, kind in own.items()]
    return ", ".join(lines)


def create_schema(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Create every raw table that a model reads, so that an absent export is an empty table."""
    connection.execute("begin")
    connection.execute("create schema if not exists sigma; create schema if not exists api;" + _META)
    for table in catalog.tables.values():
        columns = _columns(SIGMA_OWN_COLUMNS, list(table.fields))
        connection.execute(f"create table if not exists sigma.{quoted(table.name)} ({columns})")
    generic = {
        "metadata": ["object_table", "object_id", "key", "value"],
        "unmodelled": ["object_table", "object_id", "payload"],
    }
    for name in GENERIC_SIGMA:
        connection.execute(
            f"create table if not exists sigma.{name} ({_columns(SIGMA_OWN_COLUMNS, generic[name])})"
        )
    columns = _columns(API_COLUMNS, [])
    for name in [*(entry.relation for entry in catalog.objects.values()), *GENERIC_API]:
        extra = ", object_type VARCHAR NOT NULL" if name in ("metadata", "unmodelled") else ""
        connection.execute(f"create table if not exists api.{quoted(name)} ({columns}{extra})")
    columns = _columns(REPORT_COLUMNS, list(REPORT_TEXTS))
    connection.execute(
        f"create schema if not exists reports; create table if not exists reports.balance_summary ({columns})"
    )
    create_bank_tables(connection)
    create_business_tables(connection)
    create_close_tables(connection)
    connection.execute("commit")


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """Column names of a raw table, in order."""
    return [row[0] for row in connection.execute(f"describe {schema}.{quoted(table)}").fetchall()]
