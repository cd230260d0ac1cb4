"""Sigma and Data Pipeline tables -> `sigma.*`, one row per tenant and key, the latest observation.

Everything here runs inside the caller's transaction: a broken rule raises and the whole file is rolled back.
"""

from __future__ import annotations

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import Field
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.raw_gates import Rule, check_rows, column_text, field_rules, net_rule
from orchestration.warehouse.raw_schema import SIGMA_OWN_COLUMNS, columns_of
from orchestration.warehouse.tabular_file import (
    TabularLoad,
    check_header,
    file_columns,
    read_as_a_whole,
    reader,
)
from orchestration.warehouse.tabular_keys import resolve_keys

# Data Pipeline adds these to every table; they say nothing about the object.
PIPELINE_COLUMNS = ("batch_timestamp", "merchant_id")


def load_file(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> tuple[int, list[str]]:
    """Insert the rows of one file and prove them; the rows of the file, and its columns that no model reads.

    Raises:
        InputRefused: The file breaks a rule; nothing of it may stay.
    """
    columns = file_columns(connection, load)
    check_header(load, columns)
    target = f"sigma.{quoted(load.relation)}"
    existing = columns_of(connection, "sigma", load.relation)
    received = [column for column in existing if column not in SIGMA_OWN_COLUMNS]
    by_name = {column.lower(): column for column in received}
    for column in columns:
        if column.lower() not in by_name and not (load.account_column and column == "account"):
            connection.execute(f"alter table {target} add column {quoted(column)} VARCHAR")
            by_name[column.lower()] = column
    account = "account" if load.account_column else literal("platform")
    kept = [column for column in columns if column.lower() in by_name]
    missing = sorted(column for column in received if column.lower() not in {name.lower() for name in kept})
    had_rows = scalar(connection, f"select exists (select 1 from {target})")
    own = {
        "_account_id": account,
        "_is_deleted": "false",
        "_in_snapshot": "true" if load.source_system == "pipeline" else "false",
        "_missing_columns": literal("".join(f",{column}," for column in missing)),
        "_livemode": "null" if load.livemode is None else str(load.livemode).lower(),
        "_source_system": literal(load.source_system),
        "_observed_at": f"timestamptz {literal(load.observed_at)}",
        "_received_at": f"timestamptz {literal(load.received_at)}",
        "_load_seq": str(load.load_seq),
    }
    names = ", ".join([*(quoted(by_name[column.lower()]) for column in kept), *own])
    values = ", ".join([*(f"cast({quoted(column)} as varchar)" for column in kept), *own.values()])
    with read_as_a_whole(load.name):
        try:
            connection.execute(
                f"insert into {target} ({names}) select {values} from {reader(load, columns)}",
                [str(load.path)],
            )
        except duckdb.ConstraintException:
            raise InputRefused(
                "empty column account: a row of a connected account names no tenant", where=load.name
            ) from None
    rows = _prove(connection, load, kept)
    resolve_keys(connection, load, kept, missing, had_rows=bool(had_rows))
    modelled = {*(load.table.fields if load.table else ()), "account", *PIPELINE_COLUMNS}
    return rows, sorted(column for column in columns if column not in modelled)


def _prove(connection: duckdb.DuckDBPyConnection, load: TabularLoad, columns: list[str]) -> int:
    """Check the rows just inserted; rowids follow the order of the file, so they give the row number."""
    target = f"sigma.{quoted(load.relation)}"
    mine = f"_load_seq = {load.load_seq}"
    base = scalar(connection, f"select min(rowid) from {target} where {mine}")
    if base is None:
        return 0
    fields: list[Field] = list(load.table.fields.values()) if load.table else []
    present = set(columns)
    rules: list[Rule] = []
    for field in fields:
        if field.sources[0] in present:
            rules += field_rules(field, column_text(field.sources[0]), field.sources[0])
    for part in load.table.key if load.table else ():
        if part in present and not load.table.fields[part].required:  # type: ignore[union-attr]
            rules.append(Rule(part, f"({quoted(part)} is null)", quoted(part), literal(f"empty {part}")))
    if load.account_column:
        rules.append(
            Rule(
                "account",
                "not regexp_full_match(_account_id, 'acct_[A-Za-z0-9]+')",
                "_account_id",
                "'not a connected account id (acct_...)'",
            )
        )
    if load.relation == "balance_transactions":
        rules.append(net_rule("amount", "fee", "net"))
    relation = f"(select *, rowid - {base} + 1 as _row from {target} where {mine})"
    return check_rows(connection, relation, rules, "data row", load.name)
