"""The evidence of one-to-one pairs as sentences, made set by set: a list per pair, as JSON text."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.warehouse.matching.evidence import (
    ABSENT,
    AGREES,
    CUT,
    DIFFERS,
    INSIDE,
    NOTHING,
    SAME,
    WORD,
)
from orchestration.warehouse.matching.matcher import Matching

_TEXT = f"""case text_level
    when {SAME} then 'the texts are equal'
    when {CUT} then 'one text is the beginning of the other'
    when {INSIDE} then 'one text stands inside the other'
    when {WORD} then 'both texts contain a word that few others have'
    when {NOTHING} then 'the texts have nothing in common'
    when {ABSENT} then null
    else 'the texts begin alike, then differ' end"""


def explained(
    connection: duckdb.DuckDBPyConnection, matching: Matching, wanted: NDArray[np.int64]
) -> pa.Array:
    """Per chosen pair (positions in `matching.chosen`) what speaks for it and against it.

    Each sentence ends with its weight: bits by which it makes the pair more likely (or less, if negative).
    """
    pairs, lists, learnt = matching.pairs, matching.lists, matching.learnt
    rows = matching.chosen[wanted]
    left, right = pairs.left[rows], pairs.right[rows]
    fields = {field.name: field for field in matching.fields}
    columns: dict[str, Any] = {
        "place": np.arange(len(rows)),
        "difference": lists.left.amount[left] - lists.right.amount[right],
        "late": lists.right.day[right] - lists.left.day[left],
        "text_level": fields["text"].level[rows],
        "alternatives": matching.alternatives[wanted],
    }
    for name, field in fields.items():
        columns[f"{name}_bits"] = np.rint(learnt.contribution[name][rows] / np.log(2) * 10).astype(np.int64)
        if name in lists.left.keys:
            columns[f"{name}_level"] = field.level[rows]
    connection.register("matching_explained", pa.table(columns))
    keys = "".join(
        f""", case {name}_level when {AGREES} then 'the same {name}{_bits(name)}
            when {DIFFERS} then 'another {name}{_bits(name)} end"""
        for name in lists.left.keys
    )
    query = f"""
        select to_json(list_filter([
            case when difference = 0 then 'equal money'
                else concat('the money differs by ', abs(difference), ' minor units') end
                || {_weight("amount")},
            case when late = 0 then 'the same day' when late > 0 then concat(late, ' days later')
                else concat(-late, ' days earlier') end || {_weight("date")},
            {_TEXT} || {_weight("text")}{keys},
            case when alternatives = 0 then 'no rival comes near'
                else concat(alternatives, ' other pairs come near') end
        ], lambda sentence: sentence is not null))::varchar as evidence
        from matching_explained order by place
    """
    found = connection.execute(query).to_arrow_table()["evidence"].combine_chunks()
    connection.unregister("matching_explained")
    return found


def _weight(name: str) -> str:
    return f"concat(' (', case when {name}_bits >= 0 then '+' else '' end, {name}_bits / 10, ' bits)')"


def _bits(name: str) -> str:
    return f"' || {_weight(name)}"
