"""Whether an item of the right side looks like those that are matched already: same name, or same kind of text."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.groups import RIGHT
from orchestration.warehouse.matching.texts import normalised

# A stem as short as this is no name.
SHORTEST_STEM = 5


@dataclass(frozen=True)
class Likeness:
    """What matched right items and all left items are called.

    Attributes:
        names: Values of `entity` on the left.
        stems: Texts without their numbers: of left items, and of right ones in sure groups.
    """

    names: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def of(cls, left: pa.Table, right: pa.Table, groups: pa.Table) -> Likeness:
        sure = groups.filter(pc.is_in(groups["status"], pa.array(["auto", "confirmed"])))
        ids = sure.filter(pc.equal(sure["side"], RIGHT))["item_id"].combine_chunks()
        matched = right.filter(pc.is_in(right["id"], value_set=ids.cast(pa.string())))
        names = left["entity"].drop_null().unique().to_pylist() if "entity" in left.column_names else []
        same_name = matched
        if "entity" in matched.column_names and names:
            same_name = matched.filter(
                pc.or_(pc.is_null(matched["entity"]), pc.is_in(matched["entity"], pa.array(names)))
            )
        return cls(frozenset(names), stems_of(left["text"]) | stems_of(same_name["text"]))

    def like(self, items: pa.Table) -> pa.Array:
        """Per item: its name decides where it has one; else its text, whole or cut."""
        stems = without_numbers(items["text"]).dictionary_encode().combine_chunks()
        known = [self._is_known(stem) for stem in stems.dictionary.to_pylist()]
        by_text = pa.array(known, pa.bool_()).take(stems.indices)
        if "entity" not in items.column_names:
            return by_text
        name = pc.fill_null(items["entity"].combine_chunks(), "")
        by_name = pc.is_in(name, value_set=pa.array(sorted(self.names), pa.string()))
        return pc.if_else(pc.equal(name, ""), by_text, by_name if self.names else True)

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.stems)

    def _is_known(self, stem: str) -> bool:
        """Whether a stem begins like a known one, or a known one like it."""
        if len(stem) < SHORTEST_STEM:
            return False
        place = bisect_left(self._ordered, stem)
        if place < len(self._ordered) and self._ordered[place].startswith(stem):
            return True
        return any(stem[:size] in self.stems for size in range(SHORTEST_STEM, len(stem)))


def stems_of(texts: pa.ChunkedArray) -> frozenset[str]:
    """The distinct stems of many texts."""
    stems = without_numbers(texts).unique().to_pylist()
    return frozenset(stem for stem in stems if len(stem) >= SHORTEST_STEM)


def without_numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without the words that hold digits: what stays the same from one payment to the next."""
    words = pc.replace_substring_regex(normalised(texts), pattern=r"[^ ]*[0-9][^ ]*", replacement="")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(words, pattern=r" +", replacement=" "))
