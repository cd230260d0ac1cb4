"""JSON lines -> the temporary table `observed`: one row per object seen, also those nested in others.

A list row is observed when it was fetched; the object inside an event is observed when the event was created.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import ApiObject, Catalog
from orchestration.warehouse.connection import literal, scalar
from orchestration.warehouse.event_order import CREATED, DELETED, UPDATED

MAX_OBJECT_BYTES = 64 << 20
# Events that end in `.deleted` but leave the object in place.
NOT_DELETIONS = ("customer.subscription.deleted",)
# Events that show an object which does not exist: a preview of the next invoice.
PREVIEWS = ("invoice.upcoming",)
# Fields in which a child names its parent when it does not come nested in it.
PARENT_FIELDS = ("invoice", "invoice_id", "subscription", "credit_note", "transfer", "fee", "charge")


@dataclass(frozen=True)
class ApiLoad:
    """One file of JSON lines on its way into raw."""

    path: Path
    name: str
    stem: str
    account_id: str
    observed_at: str
    received_at: str
    load_seq: int


def read_lines(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> int:
    try:
        connection.execute(
            "create or replace temp table lines as select row_number() over () as line, json as payload, "
            "json_extract_string(json, '$.object') as object_type, json_type(json) as shape "
            f"from read_ndjson_objects(?, maximum_object_size = {MAX_OBJECT_BYTES})",
            [str(load.path)],
        )
    except duckdb.Error as error:
        raise InputRefused(
            f"Not readable as JSON lines: {' '.join(str(error).splitlines()[:2])[:300]}",
            where=load.name,
            remedy="It may be cut or damaged; fetch it again.",
        ) from None
    refuse_lines(connection, "shape <> 'OBJECT'", "the line is not a JSON object", load)
    return int(scalar(connection, "select count(*) from lines"))


def refuse_lines(connection: duckdb.DuckDBPyConnection, broken: str, reason: str, load: ApiLoad) -> None:
    row = connection.execute(f"select min(line), count(*) from lines where {broken}").fetchone()
    if row and row[1]:
        raise InputRefused(f"{reason} ({row[1]} lines; the first is line {row[0]})", where=load.name)


def observe_lines(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> None:
    parent = ", ".join(f"payload ->> '$.{name}'" for name in PARENT_FIELDS)
    connection.execute(
        "create or replace temp table observed as select line, object_type, "
        f"{literal(load.account_id)} as account_id, "
        "coalesce(nullif(payload ->> '$.id', ''), 'md5:' || md5(payload)) as object_id, "
        "nullif(payload ->> '$.id', '') is null as has_no_id, "
        f"case when starts_with(coalesce({parent}, ''), '{{') then null else coalesce({parent}) end as parent_id, "
        f"'list' as kind, timestamptz {literal(load.observed_at)} as observed_at, 0::bigint as sequence, "
        "coalesce(try_cast(payload ->> '$.deleted' as boolean), false) as is_deleted, "
        "try_cast(payload ->> '$.livemode' as boolean) as livemode, "
        f"timestamptz {literal(load.received_at)} as received_at, {load.load_seq}::bigint as load_seq, "
        "payload::varchar as payload, false as unpacked, null::varchar as previous_attributes from lines"
    )


def unpack_events(connection: duckdb.DuckDBPyConnection) -> None:
    """The object inside an event is an observation of that object, dated by the event.

    Within one second a creation comes first and a deletion last; `event_order` tells updates apart.
    """
    connection.execute(
        "update observed set account_id = payload ->> '$.account' where object_type = 'event' "
        "and starts_with(coalesce(payload ->> '$.account', ''), 'acct_')"
    )
    deletion = f"(ends_with(event_type, '.deleted') and event_type not in ({', '.join(map(literal, NOT_DELETIONS))}))"
    connection.execute(
        "insert into observed select line, inner_object ->> '$.object', account_id, "
        "coalesce(nullif(inner_object ->> '$.id', ''), 'md5:' || md5(inner_object::varchar)), "
        "nullif(inner_object ->> '$.id', '') is null, "
        "coalesce(" + ", ".join(f"inner_object ->> '$.{name}'" for name in PARENT_FIELDS) + "), "
        "'event', to_timestamp(try_cast(payload ->> '$.created' as bigint)), "
        f"case when ends_with(event_type, '.created') then {CREATED} "
        f"when {deletion} then {DELETED} else {UPDATED} end, "
        f"{deletion}, "
        "coalesce(try_cast(inner_object ->> '$.livemode' as boolean), livemode), received_at, load_seq, "
        "inner_object::varchar, false, (payload -> '$.data.previous_attributes')::varchar "
        "from (select * exclude (previous_attributes), payload -> '$.data.object' as inner_object, "
        "payload ->> '$.type' as event_type from observed where object_type = 'event') "
        f"where coalesce(event_type, '') not in ({', '.join(map(literal, PREVIEWS))}) "
        "and (inner_object ->> '$.object') is not null and try_cast(payload ->> '$.created' as bigint) is not null"
    )


def unpack_children(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> bool:
    """One level of nested objects; whether any was found."""
    before = scalar(connection, "select count(*) from observed")
    connection.execute("create or replace temp table parents as select * from observed where not unpacked")
    connection.execute("update observed set unpacked = true where not unpacked")
    present = {row[0] for row in connection.execute("select distinct object_type from parents").fetchall()}
    for child in catalog.objects.values():
        for parent, paths in child.embedded_in.items():
            if parent not in present:
                continue
            for path in paths:
                _unpack_path(connection, child, parent, path)
    return bool(scalar(connection, "select count(*) from observed") > before)


def _unpack_path(connection: duckdb.DuckDBPyConnection, child: ApiObject, parent: str, path: str) -> None:
    # A list object ({"object": "list", "data": [...]}), a plain list or a single object.
    holder = f"payload -> '$.{path}'"
    connection.execute(
        "insert into observed select line, element ->> '$.object', account_id, "
        "coalesce(nullif(element ->> '$.id', ''), 'md5:' || md5(element::varchar)), "
        "nullif(element ->> '$.id', '') is null, object_id, kind, observed_at, sequence, "
        "is_deleted or coalesce(try_cast(element ->> '$.deleted' as boolean), false), livemode, received_at, load_seq, "
        "element::varchar, false, null from (select * exclude (payload), unnest(case "
        "when json_type(holder) = 'ARRAY' then json_extract(holder, '$[*]') "
        "when json_type(holder -> '$.data') = 'ARRAY' then json_extract(holder, '$.data[*]') "
        f"when json_type(holder) = 'OBJECT' then [holder] else [] end) as element from (select *, {holder} as holder "
        f"from parents where object_type = {literal(parent)})) "
        f"where json_type(element) = 'OBJECT' and coalesce(element ->> '$.object', '') = {literal(child.name)}"
    )
