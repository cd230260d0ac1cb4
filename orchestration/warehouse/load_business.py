"""Files of business/ -> `business.*`, one row per tenant and key, the latest observation, text as received.

Everything here runs inside the caller's transaction: a broken rule raises and the whole file is rolled back.
"""

from __future__ import annotations

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.domain.inbox_layout import PLATFORM
from orchestration.warehouse.business_schema import ACCOUNT, OTHER, TABLES, BusinessTable, content_columns
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.raw_gates import Rule, check_rows, field_rules
from orchestration.warehouse.tabular_file import TabularLoad, file_columns, read_as_a_whole, reader

_DAYS = {
    "date": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "unreadable day (YYYY-MM-DD)"),
    "month": ("[0-9]{4}-[0-9]{2}-01", "not the first day of a month (YYYY-MM-01)"),
}
_CONFLICT = "Two different rows with one key inside one export: {}."
_CONFLICT_REMEDY = "Export the file again; one of the rows is wrong and it is not ours to choose."


def load_file(connection: duckdb.DuckDBPyConnection, load: TabularLoad) -> tuple[int, list[str]]:
    """Insert the rows of one file and prove them; the rows of the file, and its columns that no model reads.

    Raises:
        InputRefused: The file breaks a rule; nothing of it may stay.
    """
    table = TABLES[load.relation]
    columns = file_columns(connection, load)
    _check_header(load, table, columns)
    unread = sorted(set(columns) - set(table.columns))
    _insert(connection, load, table, columns, unread)
    rows = _prove(connection, load, table)
    _drop_repeated(connection, load, table)
    _keep_latest(connection, load, table)
    return rows, unread


def _check_header(load: TabularLoad, table: BusinessTable, columns: list[str]) -> None:
    missing = [column for column in table.needed if column not in columns]
    if missing:
        raise InputRefused(
            f"Required column {', '.join(missing)} is missing.",
            where=load.name,
            remedy=f"A file of {load.relation} has at least the columns {', '.join(table.needed)}.",
        )


def _insert(
    connection: duckdb.DuckDBPyConnection,
    load: TabularLoad,
    table: BusinessTable,
    columns: list[str],
    unread: list[str],
) -> None:
    others = ", ".join(f"{quoted(column)} := cast({quoted(column)} as varchar)" for column in unread)
    account = f"coalesce(cast({ACCOUNT} as varchar), {literal(PLATFORM)})" if ACCOUNT in columns else None
    values = {
        **{
            quoted(column): f"cast({quoted(column)} as varchar)"
            for column in table.columns
            if column in columns and column != ACCOUNT
        },
        OTHER: f"to_json(struct_pack({others}))::varchar" if unread else "null",
        "_account_id": account or literal(PLATFORM),
        "_observed_at": f"timestamptz {literal(load.observed_at)}",
        "_received_at": f"timestamptz {literal(load.received_at)}",
        "_load_seq": str(load.load_seq),
    }
    with read_as_a_whole(load.name):
        connection.execute(
            f"insert into business.{load.relation} ({', '.join(values)}) "
            f"select {', '.join(values.values())} from {reader(load, columns)}",
            [str(load.path)],
        )


def _prove(connection: duckdb.DuckDBPyConnection, load: TabularLoad, table: BusinessTable) -> int:
    """Check the rows just inserted; rowids follow the order of the file, so they give the row number."""
    target, mine = f"business.{load.relation}", f"_load_seq = {load.load_seq}"
    base = scalar(connection, f"select min(rowid) from {target} where {mine}")
    if base is None:
        return 0
    rules = [
        Rule(
            ACCOUNT,
            f"not regexp_full_match(_account_id, '{PLATFORM}|acct_[A-Za-z0-9]+')",
            "_account_id",
            "'not an account id (acct_...)'",
            "Leave the column empty for the platform, else give the id of the connected account.",
        )
    ]
    for field in table.fields:
        text = quoted(field.column)
        if field.column == ACCOUNT:
            continue
        rules += field_rules(field, text, field.column)
        if field.required:
            rules.append(Rule(field.column, f"trim({text}) = ''", text, literal(f"empty {field.column}")))
        if field.kind == "minor" and not field.required and "currency" in table.columns:
            priceless = f"nullif({text}, '') is not null and nullif(trim(currency), '') is null"
            rules.append(Rule("currency", priceless, text, literal(f"{field.column} without a currency")))
        if field.kind in _DAYS:
            pattern, reason = _DAYS[field.kind]
            is_day = f"regexp_full_match({text}, '{pattern}') and try_cast({text} as date) is not null"
            rules.append(
                Rule(field.column, f"{text} is not null and ({is_day}) is not true", text, literal(reason))
            )
    if table.one_of:
        nothing = " and ".join(f"coalesce(trim({quoted(name)}), '') = ''" for name in table.one_of)
        said = f"neither {' nor '.join(table.one_of)}"
        rules.append(Rule(table.one_of[0], nothing, "''", literal(said)))
    relation = f"(select *, rowid - {base} + 1 as _row from {target} where {mine})"
    return check_rows(connection, relation, rules, "data row", load.name)


def _key(table: BusinessTable) -> list[str]:
    return ["_account_id", *map(quoted, table.key)]


def _drop_repeated(connection: duckdb.DuckDBPyConnection, load: TabularLoad, table: BusinessTable) -> None:
    """Identical rows of one file are one row; two different rows with one key refuse the file."""
    target, mine = f"business.{load.relation}", f"_load_seq = {load.load_seq}"
    key = ", ".join(_key(table))
    if not scalar(connection, f"select count(*) - count(distinct hash({key})) from {target} where {mine}"):
        return
    content = ", ".join(quoted(column) for column in content_columns(load.relation))
    conflicts = connection.execute(
        f"select {key}, count(*) from (select distinct _account_id, {content} from {target} where {mine}) "
        f"group by {key} having count(*) > 1 order by {key} limit 3"
    ).fetchall()
    if conflicts:
        _refuse(load, [row[:-1] for row in conflicts])
    connection.execute(
        f"delete from {target} where {mine} and rowid not in "
        f"(select min(rowid) from {target} where {mine} group by {key})"
    )


def _keep_latest(connection: duckdb.DuckDBPyConnection, load: TabularLoad, table: BusinessTable) -> None:
    """Settle each key that an earlier load holds too; independent of the order of loading.

    The later observation wins. A row that says nothing new only moves the times of the one that is there, so
    that no model is built again for it. Two different rows of one instant are parts of one export: refused.
    """
    target, keys = f"business.{load.relation}", _key(table)
    same_key = " and ".join(f"new.{key} is not distinct from old.{key}" for key in keys)
    is_same = " and ".join(
        f"new.{quoted(column)} is not distinct from old.{quoted(column)}"
        for column in content_columns(load.relation)
    )
    at = f"timestamptz {literal(load.observed_at)}"
    connection.execute(
        "create or replace temp table business_overlap as select old.rowid as old_row, new.rowid as new_row, "
        f"old._observed_at as old_at, {is_same} as is_same, {', '.join(f'new.{key}' for key in keys)} "
        f"from {target} as new inner join {target} as old on {same_key} "
        f"where new._load_seq = {load.load_seq} and old._load_seq < {load.load_seq}"
    )
    conflicts = connection.execute(
        f"select {', '.join(keys)} from business_overlap where old_at = {at} and not is_same order by all limit 3"
    ).fetchall()
    if conflicts:
        _refuse(load, conflicts)
    connection.execute(
        f"update {target} set _observed_at = greatest(_observed_at, {at}), "
        f"_received_at = least(_received_at, timestamptz {literal(load.received_at)}) "
        f"where rowid in (select old_row from business_overlap where is_same)"
    )
    connection.execute(
        f"delete from {target} where rowid in "
        f"(select old_row from business_overlap where not is_same and old_at < {at}) "
        f"or rowid in (select new_row from business_overlap where is_same or old_at > {at})"
    )


def _refuse(load: TabularLoad, keys: list[tuple[object, ...]]) -> None:
    shown = "; ".join(" / ".join("empty" if part is None else str(part) for part in key[1:]) for key in keys)
    raise InputRefused(_CONFLICT.format(shown), where=load.name, remedy=_CONFLICT_REMEDY)
