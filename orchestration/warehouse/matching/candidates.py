"""Who is compared with whom: pairs that agree on something that few others agree on.

All pairs of a million lines are a million millions. So pairs come from joins on something selective: an equal
key, an equal amount, a beginning of the text that few have, a rare word, or about the same money at about the
same time. The windows of days and amounts begin wide and are narrowed only where the lists are so long that
their pairs would not fit the budget; what is likely inside them is learnt later (`learning.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.warehouse.matching.items import Items, Lists

IntArray = NDArray[np.int64]

# Days and per mille of amount: from generous to what ten million pairs of a million lines allow.
WINDOWS = ((60, 220), (45, 150), (30, 80), (14, 40), (7, 20), (4, 10))
# The same where nothing but money and time agree; the last means: such pairs are not looked at.
BARE_WINDOWS = ((15, 100), (10, 50), (7, 30), (4, 15), (0, 0))
# Pairs per item; 2 x 1 million items -> 16 million pairs, about 2 GB.
BUDGET_PER_ITEM, LEAST_BUDGET = 8, 400_000
# A text beginning that more items share says too little to look for it.
MOST_SHARING = 2_000
SHORTEST_PREFIX = 3
# A text that so many items have does not tell them apart.
COMMON_ITEMS = 20
# A word that at most so many items have, and at least so long, is rare.
RARE_WORD_ITEMS, RARE_WORD_LENGTH = 20, 4
# Left items on which the number of pairs is judged.
_SAMPLED_ITEMS = 5_000


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs, by left item and then right item.

    Attributes:
        left, right: Rows of the two lists.
        shared_word_items: Of the rarest rare word that both texts contain, how many items have it; 0 if none.
        shared_word_is_id: That word has a digit.
    """

    left: IntArray
    right: IntArray
    shared_word_items: IntArray
    shared_word_is_id: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)


def candidate_pairs(connection: duckdb.DuckDBPyConnection, lists: Lists) -> Pairs:
    """All pairs worth comparing; deterministic for the same two lists."""
    beginnings = _beginnings(lists)
    weights = np.where(lists.texts.length > 0, lists.texts.weight, len(lists.left) + COMMON_ITEMS)
    key_items = {name: lists.key_items(name) for name in lists.left.keys}
    for name, items in (("matching_left", lists.left), ("matching_right", lists.right)):
        connection.register(name, _table(items, beginnings, weights, key_items))
        connection.register(f"{name}_words", _rare_words(lists, items))
    budget = max(LEAST_BUDGET, BUDGET_PER_ITEM * (len(lists.left) + len(lists.right)))
    size = len(lists.left)
    chosen = _within(connection, [_selective(lists, *window) for window in WINDOWS], size, budget)
    bare = _within(connection, [_bare(*window) for window in BARE_WINDOWS], size, budget // 2)
    found = connection.execute(
        "select l, r, coalesce(min(items), 0)::bigint as items, "
        "coalesce(arg_min(is_id, items), false) as is_id "
        f"from ({chosen} union all {bare}) group by l, r order by l, r"
    ).fetchnumpy()
    for name in ("matching_left", "matching_right"):
        connection.unregister(name)
        connection.unregister(f"{name}_words")
    return Pairs(
        np.asarray(found["l"]).astype(np.int64),
        np.asarray(found["r"]).astype(np.int64),
        np.asarray(found["items"]).astype(np.int64),
        np.asarray(found["is_id"]).astype(bool),
    )


def among(pairs: Pairs, lists: Lists, ids: pa.Table | None) -> NDArray[np.bool_]:
    """Which of the pairs are pairs of these ids (columns left_id, right_id)."""
    if ids is None or not ids.num_rows or not len(pairs):
        return np.zeros(len(pairs), dtype=bool)
    rows = [
        pc.index_in(ids[name], value_set=items.ids)
        for name, items in (("left_id", lists.left), ("right_id", lists.right))
    ]
    present = pc.and_(pc.is_valid(rows[0]), pc.is_valid(rows[1]))
    left, right = (row.filter(present).to_numpy().astype(np.int64) for row in rows)
    width = len(lists.right)
    return np.isin(pairs.left * width + pairs.right, left * width + right)


def without(pairs: Pairs, lists: Lists, forbidden: Collection[tuple[str, str]]) -> Pairs:
    """The pairs less those of the given ids, and less those whose items name different ids."""
    ids = [pa.array(side, pa.string()) for side in zip(*sorted(forbidden), strict=True)]
    keep = ~among(pairs, lists, pa.table(ids, names=["left_id", "right_id"]) if ids else None)
    left, right = lists.left.named_id[pairs.left], lists.right.named_id[pairs.right]
    keep &= (left < 0) | (right < 0) | (left == right)
    return Pairs(
        pairs.left[keep], pairs.right[keep], pairs.shared_word_items[keep], pairs.shared_word_is_id[keep]
    )


def _beginnings(lists: Lists) -> NDArray[np.uint64]:
    """For each text a hash of its shortest beginning that few items share; 0 when there is none."""
    texts = lists.texts
    chosen = np.zeros(len(texts.rows), dtype=np.uint64)
    for size, hashes in texts.prefix_hashes():
        if size >= SHORTEST_PREFIX:
            open_rows = (chosen == 0) & (texts.length >= min(size, SHORTEST_PREFIX))
            if not open_rows.any():
                break
            chosen = np.where(open_rows & (texts.items_with(hashes) <= MOST_SHARING), hashes, chosen)
    return chosen


def _table(
    items: Items, beginnings: NDArray[np.uint64], weights: IntArray, key_items: dict[str, IntArray]
) -> pa.Table:
    columns: dict[str, NDArray[Any]] = {
        "row": np.arange(len(items)),
        "scope": items.scope,
        "day": items.day,
        "amount": items.amount,
        # signed, because a scan filtered by unsigned values beyond 2^63 fails inside pyarrow
        "beginning": beginnings[items.text].view(np.int64),
        "is_common": weights[items.text] >= COMMON_ITEMS,
    }
    for name, values in items.keys.items():
        columns[f"key_{name}"] = values
        columns[f"few_{name}"] = (values >= 0) & (key_items[name][values] <= RARE_WORD_ITEMS)
    return pa.table(columns)


def _rare_words(lists: Lists, items: Items) -> pa.Table:
    """Item and word for the rare words of one list, with the number of items of both lists that have it."""
    texts, tokens = lists.texts, lists.texts.tokens
    _, position = np.unique(tokens.word, return_inverse=True)
    count = np.bincount(position, weights=texts.weight[tokens.text])[position] if len(position) else position
    rare = np.flatnonzero((count <= RARE_WORD_ITEMS) & (count >= 2) & (tokens.size >= RARE_WORD_LENGTH))
    order = np.argsort(items.text, kind="stable")
    first = np.searchsorted(items.text[order], tokens.text[rare], "left")
    many = np.searchsorted(items.text[order], tokens.text[rare], "right") - first
    place = np.repeat(rare, many)
    row = order[np.repeat(first - np.cumsum(many) + many, many) + np.arange(int(many.sum()))]
    letters = texts.rows[tokens.text[place]]
    columns = np.arange(letters.shape[1])
    covered = (columns >= tokens.start[place, None]) & (columns < (tokens.start + tokens.size)[place, None])
    is_digit = (letters >= ord("0")) & (letters <= ord("9"))
    return pa.table(
        {
            "row": row,
            "scope": items.scope[row],
            "day": items.day[row],
            "word": tokens.word[place].view(np.int64),
            "items": count[place].astype(np.int64),
            "is_id": (is_digit & covered).any(axis=1),
        }
    )


_NEAR_AMOUNT = "r.amount between l.amount * (1 - {mille} / 1000.0) and l.amount / (1 - {mille} / 1000.0)"


def _join(days: int, on: str, where: str = "true") -> str:
    """Pairs of one scope within `days` that agree on something: joined by stretches of days, then cut exactly."""
    return (
        "select l.row as l, r.row as r, null::bigint as items, null::boolean as is_id "
        f"from (select *, unnest([day // {days} - 1, day // {days}, day // {days} + 1]) as stretch "
        "from matching_left where row % {step} = 0) as l "
        f"inner join matching_right as r on l.scope = r.scope and l.stretch = r.day // {days} and {on} "
        f"where r.day between l.day - {days} and l.day + {days} and {where}"
    )


def _selective(lists: Lists, days: int, mille: int) -> str:
    near = _NEAR_AMOUNT.format(mille=mille)
    parts = [
        _join(days, "l.amount = r.amount"),
        _join(days, "l.beginning = r.beginning", f"l.beginning != 0 and {near}"),
        "select l.row, r.row, l.items, l.is_id from matching_left_words as l "
        "inner join matching_right_words as r on l.scope = r.scope and l.word = r.word "
        f"where l.row % {{step}} = 0 and r.day between l.day - {days} and l.day + {days}",
    ]
    parts += [_join(days, f"l.key_{name} = r.key_{name}", f"l.few_{name}") for name in lists.left.keys]
    return " union all ".join(parts)


def _bare(days: int, mille: int) -> str:
    """Where a text says little, because many items have it: about the same money at about the same time."""
    near = _NEAR_AMOUNT.format(mille=mille) if days else "false"
    return _join(max(days, 1), "l.is_common", near)


def _within(connection: duckdb.DuckDBPyConnection, ladder: list[str], items: int, budget: int) -> str:
    """The first query of a ladder whose pairs fit the budget, judged on some of the left items; else its last."""
    step = max(1, items // _SAMPLED_ITEMS)
    for query in ladder[:-1]:
        counted = connection.execute(f"select count(*) from ({query.format(step=step)})").fetchone()
        if counted and counted[0] * step <= budget:
            return query.format(step=1)
    return ladder[-1].format(step=1)
