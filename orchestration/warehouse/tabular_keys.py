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


def _keep_latest(
    connection: duckdb.DuckDBPyConnection,
    load: TabularLoad,
    kept: list[str],
    missing: list[str],
    keys: list[str],
) -> None:
    """Settle each key that an earlier load holds too; independent of the order of loading.

    The later observation wins; at one instant the greater content does, unless both are parts of one export:
    then the file is refused. Columns that the new file does not carry keep their earlier value.
    """
    target = f"sigma.{quoted(load.relation)}"
    content = (
        "concat_ws(chr(31), "
        + ", ".join(
            f"coalesce({{0}}.{quoted(column)}, chr(30))" for column in sorted(kept) if column != "account"
        )
        + ")"
    )
    same_key = " and ".join(f"new.{key} = old.{key}" for key in keys)
    carried = "".join(f", old.{quoted(column)} as {quoted('keep ' + column)}" for column in missing)
    connection.execute(
        f"create or replace temp table overlap as select {', '.join(f'new.{key}' for key in keys)}, "
        "old._observed_at as old_at, old._received_at as old_received, old._in_snapshot as old_snapshot, "
        f"old._source_system as old_source, {content.format('new')} as new_content, "
        f"{content.format('old')} as old_content{carried} "
        f"from {target} as new join {target} as old on {same_key} "
        f"where new._load_seq = {load.load_seq} and old._load_seq < {load.load_seq}"
    )
    if not scalar(connection, "select count(*) from overlap"):
        return
    at = f"timestamptz {literal(load.observed_at)}"
    conflict = connection.execute(
        f"select {', '.join(keys)} from overlap where old_at = {at} and old_source = ? "
        "and new_content <> old_content order by all limit 1",
        [load.source_system],
    ).fetchone()
    if conflict and not missing:
        raise InputRefused(
            f"Two different rows with one key inside one export: {' / '.join(map(str, conflict))}.",
            where=load.name,
            remedy="Export the table again; one of the rows is wrong and it is not ours to choose.",
        )
    wins = f"({at} > old_at or ({at} = old_at and new_content > old_content))"
    match = " and ".join(f"t.{key} = o.{key}" for key in keys)
    keep = "".join(f", {quoted(column)} = o.{quoted('keep ' + column)}" for column in missing)
    mine, older = f"t._load_seq = {load.load_seq}", f"t._load_seq < {load.load_seq}"
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, o.old_received), "
        f"_in_snapshot = t._in_snapshot or o.old_snapshot{keep} from overlap as o where {mine} and {match} and {wins}"
    )
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, timestamptz {literal(load.received_at)}) "
        f"from overlap as o where {older} and {match} and not {wins} "
        f"and t._received_at > timestamptz {literal(load.received_at)}"
    )
    for losers, lost in ((older, wins), (mine, f"not {wins}")):
        connection.execute(
            f"delete from {target} as t using overlap as o where {losers} and {match} and {lost}"
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
