"""A published ledger of three months made by hand: no dbt, no Dagster, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb

from orchestration.run_context import RunContext
from orchestration.warehouse.load_closes import POSTINGS
from orchestration.warehouse.publication import publish
from orchestration.workspace import Workspace

NOW = datetime(2026, 4, 2, 6, tzinfo=UTC)
RAW = """
create schema if not exists meta; create table if not exists meta.loads (load_seq bigint, name varchar, sha256 varchar,
    relation varchar, source_system varchar, export_time timestamptz, received_at timestamptz, row_count bigint,
    completeness varchar, extra_columns varchar);
"""
CANDIDATE = f"""
set TimeZone = 'UTC'; create schema marts; create schema staging;
create table marts.dim_periods as from (values
    ('2026-01', timestamptz '2026-01-01', timestamptz '2026-02-01', 'open'),
    ('2026-02', timestamptz '2026-02-01', timestamptz '2026-03-01', 'open'),
    ('2026-03', timestamptz '2026-03-01', timestamptz '2026-04-01', 'open'),
    ('2026-04', timestamptz '2026-04-01', timestamptz '2026-05-01', 'open')
) as t (period_id, starts_at, ends_at, status);
create table marts.dim_currencies as from (values ('usd', 2)) as t (currency, exponent);
create table marts.fct_exceptions (kind varchar, currency varchar, amount_minor bigint, status varchar);
create table marts.fct_ledger_postings ({", ".join(f"{name} {kind}" for name, kind in POSTINGS.items())});
"""
SALE = """
insert into marts.fct_ledger_postings by name
select 'platform:{sale}:' || leg as posting_id, 'platform:{sale}' as entry_id, 'balance_transaction' as entry_kind,
    'platform' as account_id, 'money' as subledger, leg, account as ledger_account, 'usd' as currency,
    debit as debit_minor, credit as credit_minor, timestamptz '{day} 12:00:00+00' as effective_at,
    date '{day}' as posting_date, '{day}'[:7] as period_id, timestamptz '{recorded}' as recorded_at,
    '{sale}' as source_object_id, false as is_mirror
from (values ('balance', 'stripe_balance', {amount}, 0), ('gross', 'charge_clearing', 0, {amount})) as t (leg, account, debit, credit);
"""


def publish_sales(
    workspace: Workspace,
    sales: dict[str, tuple[str, int]],
    as_of: str = "2026-04-02T00:00:00.000000Z",
    **context: Any,
) -> None:
    """Publish a ledger of these sales: id -> (day, amount)."""
    workspace.candidate.mkdir(parents=True, exist_ok=True)
    workspace.candidate_db.unlink(missing_ok=True)
    recorded = context.pop("recorded", "2026-04-01 00:00:00+00")
    with duckdb.connect(str(workspace.raw_db)) as connection:
        connection.execute(RAW)
    with duckdb.connect(str(workspace.candidate_db)) as connection:
        connection.execute(CANDIDATE)
        for sale, (day, amount) in sales.items():
            connection.execute(SALE.format(sale=sale, day=day, amount=amount, recorded=recorded))
    settings = {"reporting_timezone": "UTC"}
    publish(workspace, RunContext("run-1", as_of, settings=settings, livemode="true", **context), NOW)
