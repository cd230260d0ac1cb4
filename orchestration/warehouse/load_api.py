"""Stripe API objects and events (JSON lines) -> `api.*`, one row per observation, the payload as received.

A list row is observed when it was fetched; the object inside an event is observed when the event was created.
Objects nested in a parent (lines of an invoice, items of a subscription ...) are observations of their own.
Everything here runs inside the caller's transaction: a broken rule raises and the whole file is rolled back.
"""

from __future__ import annotations

import duckdb

from orchestration.domain.errors import InputRefused
from orchestration.sources.catalog import ApiObject, Catalog, Field
from orchestration.warehouse.api_observations import (
    ApiLoad,
    observe_lines,
    read_lines,
    refuse_lines,
    unpack_children,
    unpack_events,
)
from orchestration.warehouse.balance_rules import BALANCE, prove_balances
from orchestration.warehouse.connection import literal, quoted
from orchestration.warehouse.event_order import order_within_seconds
from orchestration.warehouse.raw_gates import Rule, check_rows, field_rules, net_rule

MEMBERS = "payout_balance_transactions"
# Amounts that never change once the object exists: two values in one export cannot both be true.
IMMUTABLE_OBJECTS = ("balance_transaction", "charge", "refund", "payout", "transfer", "topup")
_OBSERVED = "account_id, object_id, parent_id, kind, observed_at, sequence, is_deleted, livemode, received_at, load_seq"


def load_file(connection: duckdb.DuckDBPyConnection, catalog: Catalog, load: ApiLoad) -> int:
    """Insert the objects of one file, those nested in them, and prove them; the number of lines.

    Raises:
        InputRefused: A line is not a JSON object, names no object type, or breaks a rule.
    """
    rows = read_lines(connection, load)
    if load.stem == MEMBERS:
        _insert_members(connection, load)
        return rows
    refuse_lines(connection, "object_type is null", "the line names no `object` type", load)
    observe_lines(connection, load)
    unpack_events(connection)
    for _ in range(3):  # children of children: an event holds a subscription that holds items
        if not unpack_children(connection, catalog):
            break
    types = [
        row[0]
        for row in connection.execute(
            "select distinct object_type from observed order by object_type"
        ).fetchall()
    ]
    for object_type in types:
        entry = catalog.objects.get(object_type)
        if entry is not None:
            _prove(connection, entry, load)
        if object_type == BALANCE:
            prove_balances(connection, load)
        relation = _insert(connection, object_type, entry)
        order_within_seconds(connection, relation, load.load_seq)
    _insert_metadata(connection)
    return rows


def _insert_members(connection: duckdb.DuckDBPyConnection, load: ApiLoad) -> None:
    refuse_lines(
        connection,
        "coalesce(payload ->> '$.payout', '') = '' or coalesce(payload ->> '$.balance_transaction', '') = ''",
        "the line names no payout or no balance_transaction",
        load,
    )
    connection.execute(
        f"insert into api.{MEMBERS} select {literal(load.account_id)}, payload ->> '$.balance_transaction', "
        f"payload ->> '$.payout', 'list', timestamptz {literal(load.observed_at)}, 0, false, null, "
        f"timestamptz {literal(load.received_at)}, {load.load_seq}, payload, null "
        "from (select distinct payload from lines)"
    )


def _text(index: int) -> str:
    return f"(fields[{index}] ->> '$')"


def _field_texts(fields: list[Field], paths: list[str]) -> list[tuple[Field, str]]:
    texts = []
    for field in fields:
        options = [
            "object_id"
            if source == "@id"
            else "parent_id"
            if source == "@parent"
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
        bad = connection.execute(
            "select min(line), count(*) from observed where object_type = ? and has_no_id", [entry.name]
        ).fetchone()
        if bad and bad[1]:
            raise InputRefused(
                f"empty id of a {entry.name} ({bad[1]} objects; the first in line {bad[0]})", where=load.name
            )
    if entry.name in IMMUTABLE_OBJECTS:
        _refuse_conflicts(connection, entry, load)


def _prove_fields(
    connection: duckdb.DuckDBPyConnection, entry: ApiObject, fields: list[Field], path: str, load: ApiLoad
) -> None:
    paths = sorted(
        {source.lstrip("^") for field in fields for source in field.sources if not source.startswith("@")}
    )
    if not paths:
        return
    wanted = ", ".join(literal("$." + item) for item in paths)
    payload, inner = "payload", f"observed where object_type = {literal(entry.name)}"
    if path:
        payload = "element"
        inner = (
            f"(select *, unnest(json_extract(payload, '$.{path}[*]')) as element from observed "
            f"where object_type = {literal(entry.name)} and json_type(payload, '$.{path}') = 'ARRAY')"
        )
    relation = (
        f"(select line as _row, object_id, parent_id, is_deleted, "
        f"json_extract({payload}, [{wanted}]) as fields from {inner})"
    )
    rules: list[Rule] = []
    texts = _field_texts(fields, paths)
    for field, text in texts:
        named = {"@id": "id", "@parent": "parent_id"}.get(field.sources[0], field.sources[0].lstrip("^"))
        shown = f"{entry.name}.{path + '[].' if path else ''}{named}"
        rules += field_rules(field, text, shown, unless="is_deleted", is_json=True)
    if entry.name == "balance_transaction" and not path:
        by_column = {field.column: text for field, text in texts}
        rules.append(net_rule(by_column["gross_minor"], by_column["fee_minor"], by_column["net_minor"]))
    check_rows(connection, relation, rules, "line", load.name)


def _refuse_conflicts(connection: duckdb.DuckDBPyConnection, entry: ApiObject, load: ApiLoad) -> None:
    facts = sorted(
        field.sources[0] for field in entry.fields if field.required and not field.sources[0].startswith("@")
    )
    content = ", ".join(literal("$." + path) for path in facts)
    row = connection.execute(
        "select object_id, min(line), max(line) from observed where object_type = ? and kind = 'list' "
        f"and not is_deleted group by account_id, object_id having count(distinct json_extract(payload, [{content}])) "
        "> 1 order by object_id limit 1",
        [entry.name],
    ).fetchone()
    if row:
        raise InputRefused(
            f"Two different rows with one key inside one export: {entry.name} {row[0]} "
            f"(lines {row[1]} and {row[2]}).",
            where=load.name,
            remedy="Fetch the list again; one of the rows is wrong and it is not ours to choose.",
        )


def _insert(connection: duckdb.DuckDBPyConnection, object_type: str, entry: ApiObject | None) -> str:
    relation = entry.relation if entry else "event" if object_type == "event" else "unmodelled"
    names, values = f"{_OBSERVED}, payload, previous_attributes", f"{_OBSERVED}, payload, previous_attributes"
    if relation == "unmodelled":
        names, values = names + ", object_type", values + ", object_type"
    connection.execute(
        f"insert into api.{quoted(relation)} ({names}) select distinct {values} from observed as new "
        f"where object_type = {literal(object_type)} and not exists (select 1 from api.{quoted(relation)} as old "
        "where old.account_id = new.account_id and old.object_id = new.object_id and old.kind = new.kind "
        "and old.observed_at = new.observed_at and old.sequence // 1000 = new.sequence // 1000 "
        "and old.payload = new.payload "
        "and old.parent_id is not distinct from new.parent_id "
        "and old.previous_attributes is not distinct from new.previous_attributes"
        + (" and old.object_type = new.object_type" if relation == "unmodelled" else "")
        + ")"
    )
    return relation


def _insert_metadata(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep each object's whole metadata map, also the empty one: it says that earlier keys are gone."""
    connection.execute(
        f"insert into api.metadata ({_OBSERVED}, payload, object_type) select distinct {_OBSERVED}, "
        "(payload -> '$.metadata')::varchar, object_type from observed where object_type <> 'event' "
        "and json_type(payload, '$.metadata') = 'OBJECT' and not has_no_id"
    )
