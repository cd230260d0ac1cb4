"""The two lists as arrays: one row per item, in the order of their ids, so that a shuffle changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.warehouse.matching.named_ids import COLUMN
from orchestration.warehouse.matching.texts import Texts, normalised

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Items:
    """One list.

    Attributes:
        ids: Item ids, ascending; everything else has their order.
        scope: Number of the (scope, currency, sign) that an item belongs to; only items of one scope can match.
        day: Days since 1970-01-01.
        amount: Absolute amount in minor units; the sign is part of the scope.
        text: Row of the item's text in `Lists.texts`.
        keys: Name of a key -> its value as a number shared by both lists; -1 where an item has none.
        named_id: Likewise the id that an item names; two items that name different ones are no pair.
    """

    ids: pa.Array
    scope: IntArray
    day: IntArray
    amount: IntArray
    text: IntArray
    named_id: IntArray
    keys: dict[str, IntArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.scope)


@dataclass(frozen=True)
class Lists:
    """Both lists in shared numbers."""

    left: Items
    right: Items
    texts: Texts
    scopes: int

    def key_items(self, name: str) -> IntArray:
        """For each value of a key the number of items of both lists that have it; one zero if there is none."""
        values = np.concatenate([self.left.keys[name], self.right.keys[name]])
        return np.bincount(values[values >= 0], minlength=1)


def lists_of(left: pa.Table, right: pa.Table, keys: Sequence[str] = ()) -> Lists:
    """Two tables as arrays.

    Args:
        left, right: Columns id (unique text), date (date32), amount_minor (int64, signs aligned), currency,
            text (may be null), the key columns, and optionally scope and named_id (text).
        keys: Columns whose equal values speak for a pair: an id, a customer, a name.
    """
    left, right = left.sort_by("id"), right.sort_by("id")
    both = [left, right]
    sizes = [table.num_rows for table in both]
    scope, scopes = _numbered(
        [
            pc.binary_join_element_wise(
                *([table["scope"]] if "scope" in table.column_names else []),
                table["currency"],
                pc.if_else(pc.less(table["amount_minor"], 0), "-", "+"),
                "\x1f",
            )
            for table in both
        ]
    )
    text, distinct = _dictionary([normalised(table["text"]) for table in both])
    named = (
        _numbered([table[COLUMN] for table in both])[0]
        if COLUMN in left.column_names
        else np.full(sum(sizes), -1)
    )
    numbered_keys = {name: _numbered([table[name] for table in both])[0] for name in keys}
    rows = (slice(0, sizes[0]), slice(sizes[0], sum(sizes)))
    items = [
        Items(
            ids=table["id"].combine_chunks(),
            scope=scope[rows[side]],
            day=_integers(table["date"].cast(pa.int32())),
            amount=np.abs(_integers(table["amount_minor"])),
            text=text[rows[side]],
            named_id=named[rows[side]],
            keys={name: values[rows[side]] for name, values in numbered_keys.items()},
        )
        for side, table in enumerate(both)
    ]
    counts = np.bincount(text, minlength=len(distinct))
    return Lists(items[0], items[1], Texts.of(distinct, counts), scopes)


def _integers(column: pa.ChunkedArray) -> IntArray:
    values: IntArray = column.cast(pa.int64()).to_numpy()
    return values


def _dictionary(columns: Sequence[pa.ChunkedArray]) -> tuple[IntArray, pa.Array]:
    """Values of both lists as row numbers of their distinct values, in the order of those values."""
    values = pa.concat_arrays([column.cast(pa.string()).combine_chunks() for column in columns])
    encoded = values.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    indices = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    numbers = np.where(indices < 0, -1, rank[indices]) if len(rank) else indices
    return numbers, encoded.dictionary.take(pa.array(order))


def _numbered(columns: Sequence[pa.ChunkedArray]) -> tuple[IntArray, int]:
    numbers, distinct = _dictionary(columns)
    return numbers, len(distinct)
