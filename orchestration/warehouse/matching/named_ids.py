"""An id that contradicts: a bank line that names another payment is not the line of this one.

Whether a bank prints ids at all, and where, is not known beforehand. It is seen in the lines whose id is shared
(`shared_ids.py`): where they name one id of its shape and no second one, a line that names another id of that shape
belongs to another payment, which may be one that is missing here.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.shared_ids import SHORTEST_ID, plain_words

# Lines that must have shown it, and the share of them (one in so many) that may name a second id of this shape.
LEAST_LINES, SECOND_IDS = 30, 100
COLUMN = "named_id"


def with_named_ids(
    connection: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table, found: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """Both lists with a column `named_id`: two items whose values differ are no pair; null says nothing.

    Args:
        left, right: As for `same_ids`.
        found: What `same_ids` found in them.
    """
    connection.register("named_left", left.select(["id", "reference"]))
    connection.register("named_right", right.select(["id", "words"]))
    connection.register("named_found", found.select(["reference", "right_ids"]))
    connection.execute(
        f"""
        create or replace temporary table named_words as
        with printed as (
            select distinct id, unnest(string_split({plain_words("words", " ")}, ' ')) as word from named_right
        )
        select id, word, {_shape("word")} as shape from printed where length(word) >= {SHORTEST_ID};
        create or replace temporary table telling_shapes as
        with shared as (
            select distinct unnest(right_ids) as id, reference as word, {_shape("reference")} as shape
            from named_found
        ),
        counted as (
            select shared.shape, shared.id, count(*) as ids
            from shared inner join named_words using (id, shape)
            group by all
        )
        select shape from counted group by shape
        having count(*) >= {LEAST_LINES} and count(*) filter (where ids > 1) * {SECOND_IDS} <= count(*)
        """
    )
    lefts = connection.execute(
        f"""
        with named as (select id, {plain_words("reference", "")} as word from named_left)
        select id, case when {_shape("word")} in (from telling_shapes) then word end as {COLUMN} from named
        """
    ).to_arrow_table()
    rights = connection.execute(
        f"""
        select named_right.id, case when count(distinct word) = 1 then min(word) end as {COLUMN}
        from named_right
        left join (from named_words where shape in (from telling_shapes)) as telling on named_right.id = telling.id
        group by named_right.id
        """
    ).to_arrow_table()
    for name in ("named_left", "named_right", "named_found"):
        connection.unregister(name)
    connection.execute("drop table named_words; drop table telling_shapes")
    return _joined(left, lefts), _joined(right, rights)


def unnamed(items: pa.Table) -> pa.Table:
    """Items of a flow without ids: the column says nothing."""
    return items.append_column(COLUMN, pa.nulls(len(items), pa.string()))


# SQL of whether items `l` and `r` name the same id, or one of them none.
MAY_BELONG = f"coalesce(l.{COLUMN} = r.{COLUMN}, true)"


def _shape(column: str) -> str:
    """SQL of how long a word is, and whether digits and anything else stand in it."""
    return (
        f"concat(length({column}), if({column} ~ '.*[0-9].*', '9', ''), if({column} ~ '.*[^0-9].*', 'x', ''))"
    )


def _joined(items: pa.Table, named: pa.Table) -> pa.Table:
    """A column more, in the order of the items."""
    place = pc.index_in(items["id"], value_set=named["id"].combine_chunks())
    return items.append_column(COLUMN, named[COLUMN].take(place))
