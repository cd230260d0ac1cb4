"""Stripe API objects and events (JSON lines) -> `api.*`, one row per observation, the payload as received.

A list row is observed when it was fetched; the object inside an event is observed when the event was created.
Objects nested in a parent (lines of an invoice, items of a subscription ...) are observations of their own.
Everything here runs inside the caller's transaction: a broken rule raises and the whole file is rolled back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import ApiObject, Catalog, Field
from orchestration.warehouse.connection import literal, quoted, scalar
from orchestration.warehouse.raw_gates import Rule, check_rows, field_rules, net_rule

MAX_OBJECT_BYTES = 64 << 20
MEMBERS = "payout_balance_transactions"
# Amounts that never change once the object exists: two values in one export cannot both be true.
IMMUTABLE_OBJECTS = ("balance_transaction", "charge", "refund", "payout", "transfer", "topup")
# Events that end in `.deleted` but leave the object in place.
NOT_DELETIONS = ("customer.subscription.deleted",)
# Fields in which a child names its parent when it does not come nested in it.
PARENT_FIELDS = ("invoice", "invoice_id", "subscription", "credit_note", "transfer", "fee", "charge")
_OBSERVED = "account_id, object_id, parent_id, kind, observed_at, sequence, is_deleted, livemode, received_at, load_seq"


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


def load_file(connection: duckdb.DuckDBPyConnection, catalog: Catalog, load: ApiLoad) -> int:
    """Insert the objects of one file, those nested in them, and prove them; the number of lines.

    Raises:
        InputRefused: A line is not a JSON object, names no object type, or breaks a rule.
    """
    rows = _read_lines(connection, load)
    if load.stem == MEMBERS:
        _insert_members(connection, load)
        return rows
    _refuse(connection, "object_type is null", "the line names no `object` type", load)
    _observations(connection, load)
    _unpack_events(connection)
    for _ in range(3):  # children of children: an event holds a subscription that holds items
        if not _unpack_children(connection, catalog):
            break
    types = [row[0] for row in connection.execute(
        "select distinct object_type from observed order by object_type").fetchall()]
    for object_type in types:
        entry = catalog.objects.get(object_type)
        if entry is not None:
            _prove(connection, entry, load)
        _insert(connection, object_type, entry)
    _insert_metadata(connection)
    return rows


def _read_lines(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> int:
    try:
        connection.execute(
            "create or replace temp table lines as select row_number() over () as line, json as payload, "
            "json_extract_string(json, '$.object') as object_type, json_type(json) as shape "
            f"from read_ndjson_objects(?, maximum_object_size = {MAX_OBJECT_BYTES})", [str(load.path)])
    except duckdb.Error as error:
        raise InputRefused(f"Not readable as JSON lines: {' '.join(str(error).splitlines()[:2])[:300]}",
                           where=load.name, remedy="It may be cut or damaged; fetch it again.") from None
    _refuse(connection, "shape <> 'OBJECT'", "the line is not a JSON object", load)
    return int(scalar(connection, "select count(*) from lines"))


def _refuse(connection: duckdb.DuckDBPyConnection, broken: str, reason: str, load: ApiLoad) -> None:
    row = connection.execute(f"select min(line), count(*) from lines where {broken}").fetchone()
    if row and row[1]:
        raise InputRefused(f"{reason} ({row[1]} lines; the first is line {row[0]})", where=load.name)


def _insert_members(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> None:
    _refuse(connection, "coalesce(payload ->> '$.payout', '') = '' or coalesce(payload ->> '$.balance_transaction', "
            "'') = ''", "the line names no payout or no balance_transaction", load)
    connection.execute(
        f"insert into api.{MEMBERS} select {literal(load.account_id)}, payload ->> '$.balance_transaction', "
        f"payload ->> '$.payout', 'list', timestamptz {literal(load.observed_at)}, 0, false, null, "
        f"timestamptz {literal(load.received_at)}, {load.load_seq}, payload from (select distinct payload from lines)")


def _observations(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> None:
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
        "payload::varchar as payload, false as unpacked from lines")


def _unpack_events(connection: duckdb.DuckDBPyConnection) -> None:
    """The object inside an event is an observation of that object, dated by the event.

    Within one second a creation comes first and a deletion last; between updates the staging model decides.
    """
    connection.execute(
        "update observed set account_id = payload ->> '$.account' where object_type = 'event' "
        "and starts_with(coalesce(payload ->> '$.account', ''), 'acct_')")
    deletion = (f"(ends_with(event_type, '.deleted') and event_type not in ({', '.join(map(literal, NOT_DELETIONS))}))")
    connection.execute(
        "insert into observed select line, inner_object ->> '$.object', account_id, "
        "coalesce(nullif(inner_object ->> '$.id', ''), 'md5:' || md5(inner_object::varchar)), "
        "nullif(inner_object ->> '$.id', '') is null, "
        "coalesce(" + ", ".join(f"inner_object ->> '$.{name}'" for name in PARENT_FIELDS) + "), "
        "'event', to_timestamp(try_cast(payload ->> '$.created' as bigint)), "
        f"case when ends_with(event_type, '.created') then 0 when {deletion} then 2 else 1 end, {deletion}, "
        "coalesce(try_cast(inner_object ->> '$.livemode' as boolean), livemode), received_at, load_seq, "
        "inner_object::varchar, false from (select *, payload -> '$.data.object' as inner_object, "
        "payload ->> '$.type' as event_type from observed where object_type = 'event') "
        "where inner_object ->> '$.object' is not null and try_cast(payload ->> '$.created' as bigint) is not null")


def _unpack_children(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> bool:
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
        "element::varchar, false from (select * exclude (payload), unnest(case "
        "when json_type(holder) = 'ARRAY' then json_extract(holder, '$[*]') "
        "when json_type(holder -> '$.data') = 'ARRAY' then json_extract(holder, '$.data[*]') "
        f"when json_type(holder) = 'OBJECT' then [holder] else [] end) as element from (select *, {holder} as holder "
        f"from parents where object_type = {literal(parent)})) "
        f"where json_type(element) = 'OBJECT' and coalesce(element ->> '$.object', '') = {literal(child.name)}")


def _text(index: int) -> str:
    return f"(fields[{index}] ->> '$')"


def _field_texts(fields: list[Field], paths: list[str]) -> list[tuple[Field, str]]:
    texts = []
    for field in fields:
        options = [
            "object_id" if source == "@id" else "parent_id" if source == "@parent"
            else _text(paths.index(source.lstrip("^")) + 1)
            for source in field.sources
        ]
        texts.append((field, f"coalesce({', '.join(options)})" if len(options) > 1 else options[0]))
    return texts


def _prove(connection: duckdb.DuckDBPyConnection, entry: ApiObject, load: ApiLoad) -> None:
    """Check what staging will read from the objects of one type, and from the lists inside them."""
    _prove_fields(connection, entry, entry.fields, "", load)
    for path, fields in entry.lists.items():
        _prove_fields(connection, entry, fields, path, load)
    if entry.needs_id:
        bad = connection.execute("select min(line), count(*) from observed where object_type = ? and has_no_id",
                                 [entry.name]).fetchone()
        if bad and bad[1]:
            raise InputRefused(f"empty id of a {entry.name} ({bad[1]} objects; the first in line {bad[0]})",
                               where=load.name)
    if entry.name in IMMUTABLE_OBJECTS:
        _refuse_conflicts(connection, entry, load)


def _prove_fields(
    connection: duckdb.DuckDBPyConnection, entry: ApiObject, fields: list[Field], path: str, load: ApiLoad
) -> None:
    paths = sorted({source.lstrip("^") for field in fields for source in field.sources
                    if not source.startswith("@")})
    if not paths:
        return
    wanted = ", ".join(literal("$." + item) for item in paths)
    payload, inner = "payload", f"observed where object_type = {literal(entry.name)}"
    if path:
        payload = "element"
        inner = (f"(select *, unnest(json_extract(payload, '$.{path}[*]')) as element from observed "
                 f"where object_type = {literal(entry.name)} and json_type(payload, '$.{path}') = 'ARRAY')")
    relation = (f"(select line as _row, object_id, parent_id, is_deleted, "
                f"json_extract({payload}, [{wanted}]) as fields from {inner})")
    rules: list[Rule] = []
    texts = _field_texts(fields, paths)
    for field, text in texts:
        shown = f"{entry.name}.{path + '[].' if path else ''}{field.sources[0]}"
        rules += field_rules(field, text, shown, unless="is_deleted", is_json=True)
    if entry.name == "balance_transaction" and not path:
        by_column = {field.column: text for field, text in texts}
        rules.append(net_rule(by_column["gross_minor"], by_column["fee_minor"], by_column["net_minor"]))
    check_rows(connection, relation, rules, "line", load.name)


def _refuse_conflicts(connection: duckdb.DuckDBPyConnection, entry: ApiObject, load: ApiLoad) -> None:
    facts = sorted(field.sources[0] for field in entry.fields
                   if field.required and not field.sources[0].startswith("@"))
    content = ", ".join(literal("$." + path) for path in facts)
    row = connection.execute(
        "select object_id, min(line), max(line) from observed where object_type = ? and kind = 'list' "
        f"and not is_deleted group by account_id, object_id having count(distinct json_extract(payload, [{content}])) "
        "> 1 order by object_id limit 1", [entry.name]).fetchone()
    if row:
        raise InputRefused(f"Two different rows with one key inside one export: {entry.name} {row[0]} "
                           f"(lines {row[1]} and {row[2]}).", where=load.name,
                           remedy="Fetch the list again; one of the rows is wrong and it is not ours to choose.")


def _insert(connection: duckdb.DuckDBPyConnection, object_type: str, entry: ApiObject | None) -> None:
    relation = entry.relation if entry else "event" if object_type == "event" else "unmodelled"
    names, values = f"{_OBSERVED}, payload", f"{_OBSERVED}, payload"
    if relation == "unmodelled":
        names, values = names + ", object_type", values + ", object_type"
    connection.execute(
        f"insert into api.{quoted(relation)} ({names}) select distinct {values} from observed as new "
        f"where object_type = {literal(object_type)} and not exists (select 1 from api.{quoted(relation)} as old "
        "where old.account_id = new.account_id and old.object_id = new.object_id and old.kind = new.kind "
        "and old.observed_at = new.observed_at and old.sequence = new.sequence and old.payload = new.payload "
        "and old.parent_id is not distinct from new.parent_id"
        + (" and old.object_type = new.object_type" if relation == "unmodelled" else "") + ")")


def _insert_metadata(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep each object's whole metadata map, also the empty one: it says that earlier keys are gone."""
    connection.execute(
        f"insert into api.metadata ({_OBSERVED}, payload, object_type) select distinct {_OBSERVED}, "
        "(payload -> '$.metadata')::varchar, object_type from observed where object_type <> 'event' "
        "and json_type(payload, '$.metadata') = 'OBJECT' and not has_no_id")
