"""The matcher: two lists in, pairs out, each with its probability, its tier and what speaks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.warehouse.matching.assignment import assign
from orchestration.warehouse.matching.candidates import Pairs, among, candidate_pairs, without
from orchestration.warehouse.matching.evidence import EQUAL, Evidence, evidence_of
from orchestration.warehouse.matching.items import Lists, lists_of
from orchestration.warehouse.matching.learning import Learnt, learn
from orchestration.warehouse.matching.sets import ALTERNATIVE, AS_GOOD, RivalSet, rival_sets, rivals

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Taken without a person looking: on lists with known truth, a fifth of either side removed, 1 in 2,000 of such
# pairs was wrong (2026-11-20).
AUTOMATIC = 0.995


@dataclass(frozen=True)
class Matching:
    """What the matcher found.

    Attributes:
        lists, pairs, fields, learnt: What was compared, what spoke for it, and what that was worth.
        chosen: Positions in `pairs` of the one-to-one matches.
        alternatives: Per chosen pair, other pairs of its items that are nearly as good.
        tier: Per chosen pair: a (shares an id), b (equal amount without a rival in sight), c (by probability).
        status: auto, review or ambiguous.
    """

    lists: Lists
    pairs: Pairs
    fields: list[Evidence]
    learnt: Learnt
    chosen: IntArray
    alternatives: IntArray
    tier: NDArray[np.str_]
    status: NDArray[np.str_]

    def table(self) -> pa.Table:
        """One row per chosen pair: left_id, right_id, confidence, tier, status, alternative_count."""
        lists, pairs = self.lists, self.pairs
        return pa.table(
            {
                "left_id": lists.left.ids.take(pa.array(pairs.left[self.chosen])),
                "right_id": lists.right.ids.take(pa.array(pairs.right[self.chosen])),
                "confidence": np.floor(self.learnt.probability[self.chosen] * 10_000) / 10_000,
                "tier": self.tier,
                "status": self.status,
                "alternative_count": self.alternatives,
            }
        )

    def sets(self) -> list[RivalSet]:
        """The ambiguous pairs as the sets of interchangeable items that they are."""
        amounts = (self.lists.left.amount, self.lists.right.amount)
        return rival_sets(self.pairs, self.learnt.weight, self.learnt.probability, self.chosen, amounts)


def match_lists(
    connection: duckdb.DuckDBPyConnection,
    left: pa.Table,
    right: pa.Table,
    keys: Sequence[str] = (),
    forbidden: Collection[tuple[str, str]] = (),
    known: pa.Table | None = None,
) -> Matching:
    """Match two lists one to one.

    Args:
        connection: Where pairs are joined; nothing is left in it.
        left, right: See `lists_of`.
        keys: Columns whose equal values speak for a pair.
        forbidden: Pairs of ids that a person said are none.
        known: Pairs that are sure already (columns left_id, right_id); learnt from, not matched again.
    """
    lists = lists_of(left, right, keys)
    pairs = without(candidate_pairs(connection, lists), lists, forbidden)
    fields = evidence_of(lists, pairs)
    is_known = among(pairs, lists, known)
    learnt = learn(lists, pairs, fields, is_known)
    chosen = assign(pairs.left, pairs.right, learnt.weight)
    chosen = chosen[~is_known[chosen]]
    alternatives = rivals(pairs, learnt.weight, chosen, ALTERNATIVE)
    as_good = rivals(pairs, learnt.weight, chosen, AS_GOOD)
    confidence = learnt.probability[chosen]
    amount = next(field for field in fields if field.name == "amount")
    shares_id = pairs.shared_word_is_id[chosen] & (pairs.shared_word_items[chosen] == 2)
    tier = np.where(shares_id, "a", np.where((amount.level[chosen] == EQUAL) & (alternatives == 0), "b", "c"))
    status = np.where(as_good > 0, "ambiguous", np.where(confidence >= AUTOMATIC, "auto", "review"))
    return Matching(lists, pairs, fields, learnt, chosen, alternatives, tier, status)
