"""journal/closes.jsonl and the frozen postings that it pins -> `journal.closes`, `journal.closed_postings` in raw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.closes import (
    FILE_NAME,
    RESTORE,
    Close,
    Periods,
    check_frozen,
    closes_file,
    in_force,
    periods_of,
    read_closes,
)
from orchestration.warehouse.connection import connect, literal
from orchestration.warehouse.evidence.checkpoints import journal_file, parse_line, read_lines
from orchestration.workspace import Workspace

CLOSES = {
    "period_id": "VARCHAR NOT NULL",
    "status": "VARCHAR NOT NULL",
    "prepared_by": "VARCHAR NOT NULL",
    "prepared_at": "TIMESTAMPTZ NOT NULL",
    "approved_by": "VARCHAR",
    "closed_at": "TIMESTAMPTZ",
    "posting_count": "BIGINT NOT NULL",
    "content_hash": "VARCHAR NOT NULL",
    "sha256": "VARCHAR",
}
# As marts.fct_ledger_postings has them; a column that a later version adds is empty in what was frozen before it.
POSTINGS = {
    "posting_id": "VARCHAR",
    "entry_id": "VARCHAR",
    "entry_kind": "VARCHAR",
    "account_id": "VARCHAR",
    "subledger": "VARCHAR",
    "leg": "VARCHAR",
    "ledger_account": "VARCHAR",
    "clearing_id": "VARCHAR",
    "currency": "VARCHAR",
    "debit_minor": "BIGINT",
    "credit_minor": "BIGINT",
    "effective_at": "TIMESTAMPTZ",
    "posting_date": "DATE",
    "period_id": "VARCHAR",
    "service_month": "DATE",
    "recorded_at": "TIMESTAMPTZ",
    "source_object_id": "VARCHAR",
    "reverses_entry_id": "VARCHAR",
    "counterparty_account_id": "VARCHAR",
    "is_mirror": "BOOLEAN",
}


def create_close_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create both tables, empty; nothing closed is a journal, too."""
    connection.execute(
        f"create schema if not exists journal; create table if not exists journal.closes ({_typed(CLOSES)}); "
        f"create table if not exists journal.closed_postings ({_typed(POSTINGS)})"
    )


def load_closes(workspace: Workspace, *, known_at: str, as_of: str, mode: str) -> Periods:
    """Make raw hold the periods that are prepared or closed in a publication, and the frozen postings; the periods.

    Args:
        known_at, as_of: ISO 8601 UTC with microseconds; `known_at` may be empty.
        mode: live or test.
    Raises:
        InputRefused: The journal was changed after it was written, or frozen postings are missing or damaged.
    """
    _check_pinned(workspace)
    periods = in_force(periods_of(read_closes(workspace), known_at), as_of, mode)
    paths = [check_frozen(workspace, close) for close in periods.closed.values()]
    with connect(workspace.raw_db) as connection:
        create_close_tables(connection)
        connection.execute("begin")
        if not _holds(connection, periods.closed.values()):
            connection.execute(f"create or replace table journal.closed_postings ({_typed(POSTINGS)})")
            for path in paths:
                # no bound parameter: binding makes DuckDB's client import pandas
                connection.execute(
                    f"insert into journal.closed_postings by name from read_parquet({literal(str(path))})"
                )
        connection.execute(f"create or replace table journal.closes ({_typed(CLOSES)})")
        rows = [_row(close) for close in (*periods.closed.values(), *periods.prepared.values())]
        if rows:
            connection.execute(f"insert into journal.closes values {', '.join(rows)}")
        connection.execute("commit")
    return periods


def _check_pinned(workspace: Workspace) -> None:
    """The chain cannot show that its end is gone; the last checkpoint can."""
    lines = [line for text in read_lines(journal_file(workspace)) if (line := parse_line(text))]
    pinned = lines[-1]["journal"].get(FILE_NAME) if lines else None
    if pinned is None:
        return
    length, sha256 = pinned
    path = closes_file(workspace)
    body = path.read_bytes()[:length] if path.is_file() else b""
    if hashlib.sha256(body).hexdigest() != sha256:
        raise InputRefused(
            "Closes that were written down are gone or changed, so closed periods would open by themselves.",
            where=f"journal/{FILE_NAME}, its first {length} bytes at checkpoint {lines[-1]['number']}",
            remedy=f"{RESTORE} tieout verify says what was changed.",
        )


def _holds(connection: duckdb.DuckDBPyConnection, closed: Iterable[Close]) -> bool:
    """Whether these very files were loaded by an earlier run, into columns as they are now."""
    columns = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'journal' "
        "and table_name = 'closed_postings' order by column_index"
    ).fetchall()
    loaded = connection.execute(
        "select sha256 from journal.closes where status = 'closed' order by period_id"
    )
    return [name for (name,) in columns] == list(POSTINGS) and [
        sha256 for (sha256,) in loaded.fetchall()
    ] == [close.sha256 for close in closed]


def _row(close: Close) -> str:
    is_closed = close.action == "approve"
    values: list[Any] = [
        close.period,
        "closed" if is_closed else "prepared",
        close.prepared_by if is_closed else close.by,
        close.prepared_at if is_closed else close.at,
        close.by if is_closed else None,
        close.at if is_closed else None,
        close.posting_count,
        close.content_hash,
        close.sha256 if is_closed else None,
    ]
    return f"({', '.join('null' if value is None else literal(str(value)) for value in values)})"


def _typed(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())
