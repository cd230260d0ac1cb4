"""One row per tenant and key in `sigma.*`: repeated rows, later observations, rows that a snapshot lost."""

from __future__ import annotations

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.tabular_file import TabularLoad


def resolve_keys(
    connection: duckdb.DuckDBPyConnection,
    load: TabularLoad,
    kept: list[str],
    missing: list[str],
    *,
    had_rows: bool,
) -> None:
    """Leave one row per tenant and key: the latest observation."""
    if load.table is None:
        return
    target = f"sigma.{quoted(load.relation)}"
    keys = ["_account_id", *(quoted(part) for part in load.table.key)]
    key_list = ", ".join(keys)
    mine = f"_load_seq = {load.load_seq}"
    distinct = scalar(
        connection, f"select count(*) - count(distinct hash({key_list})) from {target} where {mine}"
    )
    if distinct:
        _drop_repeated(connection, load, kept, keys)
    if had_rows:
        _keep_latest(connection, load, kept, missing, keys)


def _drop_repeated(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, kept: list[str], keys: list[str]
) -> None:
    """Identical rows of one file are one row; two different rows with one key refuse the file."""
    target = f"sigma.{quoted(load.relation)}"
    key_list = ", ".join(keys)
    content = "hash(" + ", ".join(quoted(column) for column in kept if column != "account") + ")"
    conflicts = connection.execute(
        f"select {key_list}, count(*) from {target} where _load_seq = {load.load_seq} group by {key_list} "
        f"having count(distinct {content}) > 1 order by {key_list} limit 3"
    ).fetchall()
    if conflicts:
        shown = "; ".join(" / ".join(str(part) for part in row[:-1]) for row in conflicts)
        raise InputRefused(
            f"Two different rows with one key inside one export: {shown}.",
            where=load.name,
            remedy="Export the table again; one of the rows is wrong and it is not ours to choose.",
        )
    connection.execute(
        f"delete from {target} where _load_seq = {load.load_seq} and rowid not in (select min(rowid) from {target} "
        f"where _load_seq = {load.load_seq} group by {key_list})"
    )


class LoadedOutOfOrder(Exception):
    """An earlier export with other columns came late: only loading all in order keeps each column's latest value."""


def _keep_latest(
    connection: duckdb.DuckDBPyConnection,
    load: TabularLoad,
    kept: list[str],
    missing: list[str],
    keys: list[str],
) -> None:
    """Settle each key that an earlier load holds too; independent of the order of loading.

    The later observation wins; at one instant the greater content does, unless both are parts of one export:
    then the file is refused. Columns that the new file does not carry keep their earlier value. A row that
    says nothing new only moves the time of the one that is there, so that no model is built again for it.
    """
    if not _find_overlap(connection, load, kept, missing, keys):
        return
    target = f"sigma.{quoted(load.relation)}"
    at = f"timestamptz {literal(load.observed_at)}"
    received = f"timestamptz {literal(load.received_at)}"
    _refuse_conflicts(connection, load, keys, at)
    wins = f"({at} > old_at or ({at} = old_at and new_content > old_content))"
    if not _has_api_rows(connection, load):
        wins = f"({wins} and not (same_columns and new_content = old_content))"
    match = " and ".join(f"t.{key} = o.{key}" for key in keys)
    keep = "".join(f", {quoted(column)} = o.{quoted('keep ' + column)}" for column in missing)
    mine, older = f"t._load_seq = {load.load_seq}", f"t._load_seq < {load.load_seq}"
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, o.old_received), "
        f"_in_snapshot = t._in_snapshot or o.old_snapshot{keep} from overlap as o where {mine} and {match} and {wins}"
    )
    in_snapshot = str(load.source_system == "pipeline").lower()
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, {received}), "
        f"_observed_at = case when o.new_content = o.old_content and not t._is_deleted "
        f"then greatest(t._observed_at, {at}) else t._observed_at end, "
        f"_in_snapshot = t._in_snapshot or {in_snapshot} "
        f"from overlap as o where {older} and {match} and not {wins}"
    )
    for losers, lost in ((older, wins), (mine, f"not {wins}")):
        connection.execute(
            f"delete from {target} as t using overlap as o where {losers} and {match} and {lost}"
        )


def _find_overlap(
    connection: duckdb.DuckDBPyConnection,
    load: TabularLoad,
    kept: list[str],
    missing: list[str],
    keys: list[str],
) -> bool:
    """Temporary table `overlap`: keys of this load that earlier loads hold too; whether there are any.

    Raises:
        LoadedOutOfOrder: A later observation with other columns is there already.
    """
    target = f"sigma.{quoted(load.relation)}"
    columns = [quoted(column) for column in sorted(kept) if column != "account"]
    content = (
        "md5(concat_ws(chr(31), " + ", ".join(f"coalesce({{0}}.{name}, chr(30))" for name in columns) + "))"
    )
    same_key = " and ".join(f"new.{key} = old.{key}" for key in keys)
    carried = "".join(f", old.{quoted(column)} as {quoted('keep ' + column)}" for column in missing)
    connection.execute(
        f"create or replace temp table overlap as select {', '.join(f'new.{key}' for key in keys)}, "
        "old._observed_at as old_at, old._received_at as old_received, old._in_snapshot as old_snapshot, "
        "old._source_system as old_source, old._is_deleted as old_deleted, "
        "new._missing_columns = old._missing_columns as same_columns, "
        f"{content.format('new')} as new_content, "
        f"case when old._is_deleted then '' else {content.format('old')} end as old_content{carried} "
        f"from {target} as new join {target} as old on {same_key} "
        f"where new._load_seq = {load.load_seq} and old._load_seq < {load.load_seq}"
    )
    if not scalar(connection, "select count(*) from overlap"):
        return False
    late = f"old_at > timestamptz {literal(load.observed_at)} and not same_columns"
    if scalar(connection, f"select count(*) from overlap where {late}"):
        raise LoadedOutOfOrder(load.name)
    return True


def _refuse_conflicts(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, keys: list[str], at: str
) -> None:
    conflict = connection.execute(
        f"select {', '.join(keys)} from overlap where old_at = {at} and old_source = ? "
        "and new_content <> old_content and same_columns and not old_deleted order by all limit 1",
        [load.source_system],
    ).fetchone()
    if conflict:
        raise InputRefused(
            f"Two different rows with one key inside one export: {' / '.join(map(str, conflict))}.",
            where=load.name,
            remedy="Export the table again; one of the rows is wrong and it is not ours to choose.",
        )


def _has_api_rows(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> bool:
    """Whether the API observed objects of this table: then a repeated row may win back a column."""
    assert load.table is not None
    return any(
        scalar(connection, f"select exists (select 1 from api.{quoted(relation)})")
        for relation in load.table.api_relations
    )


def _snapshot_scope(connected: bool, livemode: bool | None) -> str:
    mode = "null" if livemode is None else str(livemode).lower()
    return (
        f"_in_snapshot and not _is_deleted and (_account_id <> 'platform') = {str(connected).lower()} "
        f"and _livemode is not distinct from {mode}"
    )


def snapshot_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, *, connected: bool, livemode: bool | None
) -> int:
    """Rows that earlier snapshots of a table hold and that still exist."""
    scope = _snapshot_scope(connected, livemode)
    return int(scalar(connection, f"select count(*) from sigma.{quoted(relation)} where {scope}"))


def mark_vanished(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    connected: bool,
    livemode: bool | None,
    observed_at: str,
    rows_before: int,
    load_seq: int,
    name: str,
    limit_percent: int = 5,
) -> int:
    """Mark rows of earlier snapshots that this full snapshot no longer holds as deleted; how many.

    Raises:
        InputRefused: More than `limit_percent` of the rows vanished at once.
    """
    target = f"sigma.{quoted(relation)}"
    vanished = f"{_snapshot_scope(connected, livemode)} and _observed_at < timestamptz {literal(observed_at)}"
    gone = int(scalar(connection, f"select count(*) from {target} where {vanished}"))
    if gone * 100 > rows_before * limit_percent:
        raise InputRefused(
            f"{gone} of {rows_before} rows of earlier snapshots are missing from this full snapshot "
            f"(more than {limit_percent} %).",
            where=name,
            remedy="Wait for the next snapshot; if the rows are really gone, discard the earlier snapshots.",
        )
    connection.execute(
        f"update {target} set _is_deleted = true, _observed_at = timestamptz {literal(observed_at)}, "
        f"_load_seq = {load_seq} where {vanished}"
    )
    return gone
