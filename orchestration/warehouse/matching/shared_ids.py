"""Tier a: both sides name the same id. A payout's trace id in a bank line, wherever the bank prints it."""

from __future__ import annotations

import duckdb
import pyarrow as pa

# Shorter ones occur by chance.
SHORTEST_ID = 6


def same_ids(connection: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table) -> pa.Table:
    """Groups of items that name one id: one row per (scope, currency, sign, id) with the ids and sums of both sides.

    Args:
        left: Columns id, scope, currency, amount_minor, reference (one id, or null).
        right: Columns id, scope, currency, amount_minor, words (text in which an id may stand).

    Returns:
        reference, left_ids, right_ids (sorted lists), left_minor, right_minor, days (of the right side).
    """
    connection.register("ids_left", left)
    connection.register("ids_right", right)
    plain = r"regexp_replace(lower({}), '[^\pL\pN]+', '{}', 'g')"
    found = connection.execute(
        f"""
        with named as (
            select id, scope, currency, sign(amount_minor) as direction, amount_minor,
                {plain.format("reference", "")} as word
            from ids_left where length({plain.format("reference", "")}) >= {SHORTEST_ID}
        ),
        printed as (
            select distinct id, scope, currency, sign(amount_minor) as direction, amount_minor,
                unnest(string_split({plain.format("words", " ")}, ' ')) as word
            from ids_right
        ),
        lefts as (
            select scope, currency, direction, word, list(id order by id) as ids, sum(amount_minor)::bigint as minor
            from named group by all
        ),
        rights as (
            select scope, currency, direction, word, list(id order by id) as ids, sum(amount_minor)::bigint as minor
            from printed where length(word) >= {SHORTEST_ID} group by all
        )
        select l.word as reference, l.ids as left_ids, r.ids as right_ids, l.minor as left_minor, r.minor as right_minor
        from lefts as l
        inner join rights as r
            on l.scope = r.scope and l.currency = r.currency and l.direction = r.direction and l.word = r.word
        order by l.scope, l.currency, l.direction, l.word
        """
    ).to_arrow_table()
    connection.unregister("ids_left")
    connection.unregister("ids_right")
    return found
