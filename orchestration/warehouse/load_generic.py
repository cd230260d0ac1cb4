"""Tables without a model, and `_metadata` tables: kept as received in the two generic tables of raw."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.tabular_file import (
    TabularLoad,
    check_header,
    file_columns,
    read_as_a_whole,
    reader,
)


def generic_rows(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, object_table: str
) -> Iterator[str]:
    """SQL that loads a table without a model (or a `_metadata` table) into its generic raw table."""
    columns = file_columns(connection, load)
    check_header(load, columns)
    payload = (
        "to_json(struct_pack("
        + ", ".join(f"{quoted(column)} := cast({quoted(column)} as varchar)" for column in columns)
        + "))::varchar"
    )
    account = "account" if load.account_column else literal("platform")
    own = (
        f"{account} as _account_id, false as _is_deleted, {str(load.source_system == 'pipeline').lower()} "
        "as _in_snapshot, '' as _missing_columns, "
        f"{'null' if load.livemode is None else str(load.livemode).lower()}::boolean as _livemode, "
        f"{literal(load.source_system)} as _source_system, timestamptz {literal(load.observed_at)} as _observed_at, "
        f"timestamptz {literal(load.received_at)} as _received_at, {load.load_seq}::bigint as _load_seq"
    )
    if load.relation == "metadata":
        owner = next(
            (column for column in columns if column not in ("account", "key", "value", "batch_timestamp")), ""
        )
        if not owner or "key" not in columns or "value" not in columns:
            raise InputRefused(
                "A metadata table needs the columns <object>_id, key and value.", where=load.name
            )
        yield (
            f"select {literal(object_table)} as object_table, cast({quoted(owner)} as varchar) as object_id, "
            f"cast(key as varchar) as key, cast(value as varchar) as value, {own} from {reader(load, columns)}"
        )
    else:
        identity = "cast(id as varchar)" if "id" in columns else "null"
        yield (
            f"select {literal(object_table)} as object_table, coalesce({identity}, 'md5:' || md5({payload})) "
            f"as object_id, {payload} as payload, {own} from {reader(load, columns)}"
        )


def load_generic(connection: duckdb.DuckDBPyConnection, load: TabularLoad, object_table: str) -> int:
    """Load a file whose table has no columns of its own in raw; the number of rows in the file."""
    target = f"sigma.{load.relation}"
    rows = 0
    for query in generic_rows(connection, load, object_table):
        with read_as_a_whole(load.name):
            connection.execute(f"insert into {target} by name {query}", [str(load.path)])
        rows += scalar(connection, f"select count(*) from {target} where _load_seq = {load.load_seq}")
    key = (
        "_account_id, object_table, object_id, key"
        if load.relation == "metadata"
        else "_account_id, object_table, object_id"
    )
    content = "value" if load.relation == "metadata" else "payload"
    connection.execute(
        f"delete from {target} where rowid in (select rowid from (select rowid, row_number() over (partition by {key} "
        f"order by _observed_at desc, coalesce({content}, '') desc, _load_seq) as n from {target} "
        f"where object_table = {literal(object_table)}) where n > 1)"
    )
    return rows
