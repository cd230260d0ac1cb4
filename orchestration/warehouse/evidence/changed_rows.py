"""Which rows of a batch changed, as near as they can be named: events by their hashes, others by the candidate."""

from __future__ import annotations

import datetime as dt

import duckdb

from orchestration.warehouse.connection import literal, quoted
from orchestration.warehouse.evidence.batches import (
    EVENTS,
    batch_keys,
    batches_of,
    events_hashed,
    hashed_tables,
    relation_of,
)
from orchestration.workspace import Workspace

MOST_ROWS = 3


def changed_rows(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    name: str,
    account: str | None,
    month: dt.date | None,
    batch_hash: str | None,
) -> str:
    """Words that name some of the rows; empty when nothing can tell."""
    try:
        found = _events(connection, account) if name == f"staging.{EVENTS}" else []
        found = found or _against_candidate(connection, workspace, name, account, month, batch_hash)
    except duckdb.Error:
        return ""  # a run holds the candidate, or a table has lost its columns
    more = f" and {len(found) - MOST_ROWS} more" if len(found) > MOST_ROWS else ""
    return f" ({', '.join(found[:MOST_ROWS])}{more})" if found else ""


def _events(connection: duckdb.DuckDBPyConnection, account: str | None) -> list[str]:
    """Ids of the events of a tenant whose hash is not the stored one."""
    rows = connection.execute(
        f"with now as ({events_hashed(connection)}), stored as (from pub.meta.event_hashes), "
        "differing as ((from now except all from stored) union all (from stored except all from now)) "
        f"select distinct event_id from differing where account_id is not distinct from {_text(account)} order by 1"
    ).fetchall()
    return [str(event_id) for (event_id,) in rows]


def _against_candidate(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    name: str,
    account: str | None,
    month: dt.date | None,
    batch_hash: str | None,
) -> list[str]:
    """Ids of the rows in which the candidate differs, if that still holds the batch as it was published."""
    if name.startswith("meta.") or batch_hash is None or not workspace.candidate_db.is_file():
        return []
    attached = connection.execute(
        "select 1 from duckdb_databases() where database_name = 'candidate'"
    ).fetchone()
    if not attached:
        connection.execute(f"attach {literal(str(workspace.candidate_db))} as candidate (read_only)")
    columns = hashed_tables(connection, "candidate").get(name, {})
    if not columns:
        return []
    at = _place("account_id", "month", account, month)
    intact = connection.execute(
        f"select 1 from ({batches_of(name, columns, 'candidate')}) where {at} and batch_hash = {literal(batch_hash)}"
    ).fetchone()
    if not intact:
        return []
    account_of, month_of = batch_keys(columns)
    places = _place(account_of, month_of, account, month)
    shown = ", ".join(quoted(column) for column in columns)
    rows = [
        f"(select {shown} from {relation_of(name, base)} where {places})" for base in ("pub", "candidate")
    ]
    key = next((column for column in columns if column.endswith("_id") and column != "account_id"), None)
    key = key or next(iter(columns))
    found = connection.execute(
        f"select distinct {quoted(key)}::varchar from (({rows[0]} except all {rows[1]}) union all "
        f"({rows[1]} except all {rows[0]})) order by 1"
    ).fetchall()
    return [str(value) for (value,) in found]


def _place(account_of: str, month_of: str, account: str | None, month: dt.date | None) -> str:
    of_tenant = f"{account_of} is not distinct from {_text(account)}"
    return f"{of_tenant} and {month_of} is not distinct from {_text(month)}::date"


def _text(value: object) -> str:
    return "null" if value is None else literal(str(value))
