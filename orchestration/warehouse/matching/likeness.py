"""Whether an item of the right side looks like those that are matched already: same name, or same kind of text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.groups import RIGHT
from orchestration.warehouse.matching.texts import normalised

# A stem as short as this is no name.
SHORTEST_STEM = 5
_NUMBERED = re.compile(r"\S*\d\S*")


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

    def like(self, item: dict[str, object]) -> bool:
        """The name decides where there is one; else the text, whole or cut."""
        name = item.get("entity")
        if name:
            return name in self.names if self.names else True
        stem = stem_of(str(item.get("text") or ""))
        if len(stem) < SHORTEST_STEM:
            return False
        return any(known.startswith(stem) or stem.startswith(known) for known in self.stems)


def stems_of(texts: pa.ChunkedArray) -> frozenset[str]:
    """The distinct stems of many texts."""
    words = pc.replace_substring_regex(normalised(texts), pattern=r"[^ ]*[0-9][^ ]*", replacement="")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(words, pattern=r" +", replacement=" "))
    return frozenset(stem for stem in plain.unique().to_pylist() if stem and len(stem) >= SHORTEST_STEM)


def stem_of(text: str) -> str:
    """A text without its numbers."""
    plain = normalised(pa.chunked_array([pa.array([text])]))[0].as_py()
    return " ".join(_NUMBERED.sub("", plain).split())
