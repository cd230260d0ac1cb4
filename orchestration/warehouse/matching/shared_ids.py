"""Tier a: both sides name the same id. A payout's trace id in a bank line, wherever the bank prints it."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.groups import LEFT, RIGHT, members

# Shorter ones occur by chance.
SHORTEST_ID = 6
# What a shared id alone is worth: ids of ten and more characters do not meet by chance.
ID_CONFIDENCE = 0.9999
# A difference that a shared id may leave: what a bank keeps for a wire. More is a question for a person.
MOST_WITHHELD_SHARE = 20  # one twentieth


def plain_words(column: str, between: str) -> str:
    """SQL of a text in lower case, its letters and digits alone, with `between` for whatever stands between them."""
    return rf"regexp_replace(lower({column}), '[^\pL\pN]+', '{between}', 'g')"


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
    found = connection.execute(
        f"""
        with named as (
            select id, scope, currency, sign(amount_minor) as direction, amount_minor,
                {plain_words("reference", "")} as word
            from ids_left where length({plain_words("reference", "")}) >= {SHORTEST_ID}
        ),
        printed as (
            select distinct id, scope, currency, sign(amount_minor) as direction, amount_minor,
                unnest(string_split({plain_words("words", " ")}, ' ')) as word
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


def groups_by_id(found: pa.Table, decisions: Decisions) -> pa.Table:
    """The groups (`groups.SCHEMA`) of `same_ids` whose money fits and that nobody rejected; each item in the first."""
    difference = pc.abs(pc.subtract(found["left_minor"], found["right_minor"]))
    found = found.append_column("difference", difference)
    # divided, because the product with a great difference has no room in 64 bits
    most = pc.divide(pc.abs(found["left_minor"]), MOST_WITHHELD_SHARE)
    found = _not_forbidden(found.filter(pc.less_equal(difference, most)), decisions)
    found = _first_claims(found)
    sentence = pc.if_else(
        pc.equal(found["difference"], 0),
        "the money is equal",
        pc.binary_join_element_wise(
            "the money differs by", found["difference"].cast(pa.string()), "minor units", " "
        ),
    )
    named = pc.binary_join_element_wise('["both name ', pc.utf8_upper(found["reference"]), '", "', "")
    told = pc.binary_join_element_wise(named, sentence, '"]', "")
    sides = {side: _items(found, f"{side}_ids") for side in (LEFT, RIGHT)}
    return members(sides, tier="a", confidence=ID_CONFIDENCE, alternatives=0, status="auto", evidence=told)


def _items(found: pa.Table, column: str) -> tuple[NDArray[np.int64], pa.Array]:
    """Row number and item id of every member."""
    lists = found[column].combine_chunks()
    return pc.list_parent_indices(lists).to_numpy().astype(np.int64), pc.list_flatten(lists)


def _not_forbidden(found: pa.Table, decisions: Decisions) -> pa.Table:
    if not decisions.forbidden:
        return found
    number, ids = _items(found, "left_ids")
    rejected = pa.array(sorted({left for left, _ in decisions.forbidden}), pa.string())
    doubtful = np.unique(number[pc.is_in(ids, value_set=rejected).to_numpy(zero_copy_only=False)])
    rows = found.take(pa.array(doubtful)).select(["left_ids", "right_ids"]).to_pylist()
    wrong = [place for place, row in zip(doubtful.tolist(), rows, strict=True)
             if decisions.forbids(row["left_ids"], row["right_ids"])]  # fmt: skip
    return found.take(pa.array(np.setdiff1d(np.arange(found.num_rows), wrong)))


def _first_claims(found: pa.Table) -> pa.Table:
    """Without the rows of which a member stands in an earlier row; only rows that share members are walked."""
    keep = np.ones(found.num_rows, dtype=bool)
    places, items = [], []
    for column in ("left_ids", "right_ids"):
        number, ids = _items(found, column)
        item = ids.dictionary_encode().indices.to_numpy().astype(np.int64)
        shared = np.bincount(item, minlength=1)[item] > 1
        places.append(number[shared])
        items.append(item[shared] * 2 + (column == "right_ids"))
    claims: dict[int, list[int]] = {}
    for place, one in zip(np.concatenate(places).tolist(), np.concatenate(items).tolist(), strict=True):
        claims.setdefault(place, []).append(one)
    seen: set[int] = set()
    for place in sorted(claims):
        keep[place] = seen.isdisjoint(claims[place])
        if keep[place]:
            seen.update(claims[place])
    return found.filter(pa.array(keep))
