"""Sigma and Data Pipeline tables -> `sigma.*`, one row per tenant and key, the latest observation.

Everything here runs inside the caller's transaction: a broken rule raises and the whole file is rolled back.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import Field, Table
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.raw_gates import Rule, check_rows, column_text, field_rules, net_rule
from orchestration.warehouse.raw_schema import SIGMA_OWN_COLUMNS, columns_of

MAX_HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class TabularLoad:
    """One file on its way into one raw table.

    Attributes:
        relation: Table below schema `sigma`.
        table: What the catalog knows of it; None for tables without a model.
        path: Plain CSV or Parquet file.
        name: Name in the inbox, for messages.
        account_column: The tenant stands in the column `account`.
        observed_at, received_at: ISO instants.
    """

    relation: str
    table: Table | None
    path: Path
    name: str
    is_parquet: bool
    account_column: bool
    source_system: str
    livemode: bool | None
    observed_at: str
    received_at: str
    load_seq: int


def header_of(path: Path, name: str) -> list[str]:
    """Column names of a CSV file.

    Raises:
        InputRefused: No header, not UTF-8, a repeated or empty column name, or no final line break.
    """
    with path.open("rb") as file:
        head = file.read(MAX_HEADER_BYTES)
        if not head.strip():
            raise InputRefused("The file is empty: it has not even a header.", where=name)
        file.seek(-1, 2)
        if file.read(1) not in (b"\n", b"\r"):
            raise InputRefused(
                "The file does not end with a line break, so its last row may be cut.", where=name,
                remedy="Export it again, or end the file with a line break if it is whole.")
    text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(head)
    columns = [column.strip() for column in next(csv.reader(io.StringIO(text)))]
    return checked_columns(columns, name)


def checked_columns(columns: list[str], name: str) -> list[str]:
    """Refuse headers that cannot be told apart or that collide with ours."""
    lowered = [column.lower() for column in columns]
    repeated = sorted({column for column in lowered if lowered.count(column) > 1})
    if repeated:
        raise InputRefused(f"Column {', '.join(repeated)} stands more than once in the header.", where=name)
    if any(not column or column.startswith("_") or len(column) > 200 for column in lowered):
        raise InputRefused("A column has no name, or a name that begins with an underscore.", where=name)
    return columns


def load_file(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> int:
    """Insert the rows of one file and prove them; the number of rows in the file.

    Raises:
        InputRefused: The file breaks a rule; nothing of it may stay.
    """
    columns = _file_columns(connection, load)
    _check_header(load, columns)
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
        "_account_id": account, "_is_deleted": "false",
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
    try:
        connection.execute(f"insert into {target} ({names}) select {values} from {_reader(load, columns)}",
                           [str(load.path)])
    except duckdb.ConstraintException:
        raise InputRefused("empty column account: a row of a connected account names no tenant",
                           where=load.name) from None
    except duckdb.Error as error:
        raise InputRefused(f"The file cannot be read as a whole: {_first_lines(error)}", where=load.name,
                           remedy="It may be cut or damaged; export it again.") from None
    rows = _prove(connection, load, kept)
    _resolve_keys(connection, load, kept, missing, had_rows=bool(had_rows))
    return rows


def _file_columns(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> list[str]:
    if not load.is_parquet:
        return header_of(load.path, load.name)
    try:
        rows = connection.execute("describe select * from read_parquet(?)", [str(load.path)]).fetchall()
    except duckdb.Error as error:
        raise InputRefused(f"Not a readable Parquet file: {_first_lines(error)}", where=load.name,
                           remedy="It may be cut or damaged; export it again.") from None
    return checked_columns([row[0] for row in rows], load.name)


def _check_header(load: TabularLoad, columns: list[str]) -> None:
    needed = list(load.table.required) if load.table else []
    if load.account_column:
        needed.append("account")
    missing = [column for column in needed if column not in columns]
    if missing:
        raise InputRefused(
            f"Required column {', '.join(missing)} is missing.", where=load.name,
            remedy=f"Export the table with at least: {', '.join(needed)}.")


def _reader(load: TabularLoad, columns: list[str]) -> str:
    if load.is_parquet:
        return "read_parquet(?)"
    struct = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    return (f"read_csv(?, columns = {{{struct}}}, header = true, auto_detect = false, delim = ',', quote = '\"', "
            "escape = '\"', strict_mode = true, null_padding = false, ignore_errors = false, "
            "max_line_size = 16777216)")


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
        rules.append(Rule("account", "not regexp_full_match(_account_id, 'acct_[A-Za-z0-9]+')", "_account_id",
                          "'not a connected account id (acct_...)'"))
    if load.relation == "balance_transactions":
        rules.append(net_rule("amount", "fee", "net"))
    relation = f"(select *, rowid - {base} + 1 as _row from {target} where {mine})"
    return check_rows(connection, relation, rules, "data row", load.name)


def _resolve_keys(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, kept: list[str], missing: list[str], *, had_rows: bool
) -> None:
    """Leave one row per tenant and key: the latest observation."""
    if load.table is None:
        return
    target = f"sigma.{quoted(load.relation)}"
    keys = ["_account_id", *(quoted(part) for part in load.table.key)]
    key_list = ", ".join(keys)
    mine = f"_load_seq = {load.load_seq}"
    distinct = scalar(connection, f"select count(*) - count(distinct hash({key_list})) from {target} where {mine}")
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
        f"having count(distinct {content}) > 1 order by {key_list} limit 3").fetchall()
    if conflicts:
        shown = "; ".join(" / ".join(str(part) for part in row[:-1]) for row in conflicts)
        raise InputRefused(f"Two different rows with one key inside one export: {shown}.", where=load.name,
                           remedy="Export the table again; one of the rows is wrong and it is not ours to choose.")
    connection.execute(
        f"delete from {target} where _load_seq = {load.load_seq} and rowid not in (select min(rowid) from {target} "
        f"where _load_seq = {load.load_seq} group by {key_list})")


def _keep_latest(
    connection: duckdb.DuckDBPyConnection, load: TabularLoad, kept: list[str], missing: list[str], keys: list[str]
) -> None:
    """Settle each key that an earlier load holds too; independent of the order of loading.

    The later observation wins; at one instant the greater content does, unless both are parts of one export:
    then the file is refused. Columns that the new file does not carry keep their earlier value.
    """
    target = f"sigma.{quoted(load.relation)}"
    content = "concat_ws(chr(31), " + ", ".join(
        f"coalesce({{0}}.{quoted(column)}, chr(30))" for column in sorted(kept) if column != "account") + ")"
    same_key = " and ".join(f"new.{key} = old.{key}" for key in keys)
    carried = "".join(f", old.{quoted(column)} as {quoted('keep ' + column)}" for column in missing)
    connection.execute(
        f"create or replace temp table overlap as select {', '.join(f'new.{key}' for key in keys)}, "
        "old._observed_at as old_at, old._received_at as old_received, old._in_snapshot as old_snapshot, "
        f"old._source_system as old_source, {content.format('new')} as new_content, "
        f"{content.format('old')} as old_content{carried} "
        f"from {target} as new join {target} as old on {same_key} "
        f"where new._load_seq = {load.load_seq} and old._load_seq < {load.load_seq}")
    if not scalar(connection, "select count(*) from overlap"):
        return
    at = f"timestamptz {literal(load.observed_at)}"
    conflict = connection.execute(
        f"select {', '.join(keys)} from overlap where old_at = {at} and old_source = ? "
        "and new_content <> old_content order by all limit 1", [load.source_system]).fetchone()
    if conflict and not missing:
        raise InputRefused(
            f"Two different rows with one key inside one export: {' / '.join(map(str, conflict))}.", where=load.name,
            remedy="Export the table again; one of the rows is wrong and it is not ours to choose.")
    wins = f"({at} > old_at or ({at} = old_at and new_content > old_content))"
    match = " and ".join(f"t.{key} = o.{key}" for key in keys)
    keep = "".join(f", {quoted(column)} = o.{quoted('keep ' + column)}" for column in missing)
    mine, older = f"t._load_seq = {load.load_seq}", f"t._load_seq < {load.load_seq}"
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, o.old_received), "
        f"_in_snapshot = t._in_snapshot or o.old_snapshot{keep} from overlap as o where {mine} and {match} and {wins}")
    connection.execute(
        f"update {target} as t set _received_at = least(t._received_at, timestamptz {literal(load.received_at)}) "
        f"from overlap as o where {older} and {match} and not {wins} "
        f"and t._received_at > timestamptz {literal(load.received_at)}")
    for losers, lost in ((older, wins), (mine, f"not {wins}")):
        connection.execute(f"delete from {target} as t using overlap as o where {losers} and {match} and {lost}")


def mark_vanished(
    connection: duckdb.DuckDBPyConnection, relation: str, table: Table, *, connected: bool, observed_at: str,
    first_seq: int, load_seq: int, name: str, limit_percent: int = 5,
) -> int:
    """Mark rows of earlier snapshots that this full snapshot no longer holds as deleted; how many.

    Raises:
        InputRefused: More than `limit_percent` of the rows vanished at once.
    """
    target = f"sigma.{quoted(relation)}"
    scope = f"_in_snapshot and not _is_deleted and (_account_id <> 'platform') = {str(connected).lower()}"
    before = scalar(connection, f"select count(*) from {target} where {scope} and _load_seq < {first_seq}") or 0
    new_keys = scalar(connection, f"select count(*) from {target} where _load_seq >= {first_seq}") or 0
    if before == 0:
        return 0
    earlier = f"_observed_at < timestamptz {literal(observed_at)}"
    vanished = f"{scope} and _load_seq < {first_seq} and {earlier}"
    gone = scalar(connection, f"select count(*) from {target} where {vanished}") or 0
    known = gone + (scalar(connection, f"select count(*) from {target} where _load_seq >= {first_seq} "
                                       "and _in_snapshot") or 0)
    if gone * 100 > known * limit_percent:
        raise InputRefused(
            f"{gone} of {known} rows of earlier snapshots are missing from this full snapshot "
            f"(more than {limit_percent} %; it holds {new_keys} rows).", where=name,
            remedy="Wait for the next snapshot; if the rows are really gone, discard the earlier snapshots.")
    connection.execute(
        f"update {target} set _is_deleted = true, _observed_at = timestamptz {literal(observed_at)}, "
        f"_load_seq = {load_seq} where {vanished}")
    return int(gone)


def generic_rows(connection: duckdb.DuckDBPyConnection, load: TabularLoad, object_table: str) -> Iterator[str]:
    """SQL that loads a table without a model (or a `_metadata` table) into its generic raw table."""
    columns = _file_columns(connection, load)
    _check_header(load, columns)
    payload = "to_json(struct_pack(" + ", ".join(
        f"{quoted(column)} := cast({quoted(column)} as varchar)" for column in columns) + "))::varchar"
    account = "account" if load.account_column else literal("platform")
    own = (f"{account} as _account_id, false as _is_deleted, {str(load.source_system == 'pipeline').lower()} "
           "as _in_snapshot, '' as _missing_columns, "
           f"{'null' if load.livemode is None else str(load.livemode).lower()}::boolean as _livemode, "
           f"{literal(load.source_system)} as _source_system, timestamptz {literal(load.observed_at)} as _observed_at, "
           f"timestamptz {literal(load.received_at)} as _received_at, {load.load_seq}::bigint as _load_seq")
    if load.relation == "metadata":
        owner = next((column for column in columns if column not in ("account", "key", "value", "batch_timestamp")), "")
        if not owner or "key" not in columns or "value" not in columns:
            raise InputRefused("A metadata table needs the columns <object>_id, key and value.", where=load.name)
        yield (f"select {literal(object_table)} as object_table, cast({quoted(owner)} as varchar) as object_id, "
               f"cast(key as varchar) as key, cast(value as varchar) as value, {own} from {_reader(load, columns)}")
    else:
        identity = "cast(id as varchar)" if "id" in columns else "null"
        yield (f"select {literal(object_table)} as object_table, coalesce({identity}, 'md5:' || md5({payload})) "
               f"as object_id, {payload} as payload, {own} from {_reader(load, columns)}")


def load_generic(connection: duckdb.DuckDBPyConnection, load: TabularLoad, object_table: str) -> int:
    """Load a file whose table has no columns of its own in raw; the number of rows in the file."""
    target = f"sigma.{load.relation}"
    rows = 0
    for query in generic_rows(connection, load, object_table):
        try:
            connection.execute(f"insert into {target} by name {query}", [str(load.path)])
        except duckdb.Error as error:
            raise InputRefused(f"The file cannot be read as a whole: {_first_lines(error)}", where=load.name,
                               remedy="It may be cut or damaged; export it again.") from None
        rows += scalar(connection, f"select count(*) from {target} where _load_seq = {load.load_seq}")
    key = ("_account_id, object_table, object_id, key" if load.relation == "metadata"
           else "_account_id, object_table, object_id")
    content = "value" if load.relation == "metadata" else "payload"
    connection.execute(
        f"delete from {target} where rowid in (select rowid from (select rowid, row_number() over (partition by {key} "
        f"order by _observed_at desc, coalesce({content}, '') desc, _load_seq) as n from {target} "
        f"where object_table = {literal(object_table)}) where n > 1)")
    return rows


def _first_lines(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].splitlines()[:4])[:400]
