"""Pairs that are as good as others: told apart from the sure ones, and seen as the sets that they form.

Twenty equal payments on one day have twenty equal counterparts, and nothing says which is whose. Nobody guesses:
they are one set. When both sides have as many and all money is equal, the set as a whole can be sure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from orchestration.warehouse.matching.candidates import Pairs

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# A rival whose odds are not a hundred times smaller is an alternative; one about as good makes it ambiguous.
ALTERNATIVE, AS_GOOD = 0.01, 0.5


@dataclass(frozen=True)
class RivalSet:
    """Items that could be exchanged for one another.

    Attributes:
        left, right: Rows of the two lists.
        probability: That every item of the smaller side has its counterpart in the set.
        is_even: Both sides have as many items, all of one amount.
    """

    left: IntArray
    right: IntArray
    probability: float
    is_even: bool


def rivals(pairs: Pairs, weight: FloatArray, chosen: IntArray, share: float) -> IntArray:
    """Per chosen pair how many other pairs of its two items have at least `share` of its odds."""
    total = np.zeros(len(chosen), dtype=np.int64)
    for item, near in _near(pairs, weight, chosen, share):
        total += np.bincount(item[near], minlength=int(item.max(initial=0)) + 1)[item[chosen]]
    return total


def _near(
    pairs: Pairs, weight: FloatArray, chosen: IntArray, share: float
) -> list[tuple[IntArray, NDArray[np.bool_]]]:
    own = np.zeros(len(pairs), dtype=bool)
    own[chosen] = True
    found = []
    for item in (pairs.left, pairs.right):
        bar = np.full(int(item.max(initial=0)) + 1, np.inf)
        bar[item[chosen]] = weight[chosen] * share
        found.append((item, (weight >= np.maximum(bar[item], share)) & ~own))
    return found


def rival_sets(
    pairs: Pairs,
    weight: FloatArray,
    probability: FloatArray,
    chosen: IntArray,
    amounts: tuple[IntArray, IntArray],
) -> list[RivalSet]:
    """The sets that the ambiguous ones of the chosen pairs form with their rivals."""
    ambiguous = chosen[rivals(pairs, weight, chosen, AS_GOOD) > 0]
    if not len(ambiguous):
        return []
    near = np.zeros(len(pairs), dtype=bool)
    for item, close in _near(pairs, weight, ambiguous, AS_GOOD):
        near |= close & np.isin(item, item[ambiguous])
    near[ambiguous] = True
    inside = np.flatnonzero(near)
    left, right = pairs.left[inside], pairs.right[inside]
    first = int(left.max()) + 1
    size = first + int(right.max()) + 1
    graph = csr_matrix((np.ones(len(inside), dtype=np.int8), (left, right + first)), shape=(size, size))
    label = connected_components(graph, directed=False)[1][left]
    order = np.argsort(label, kind="stable")
    found = []
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        lefts, rights = np.unique(left[members]), np.unique(right[members])
        money = np.concatenate([amounts[0][lefts], amounts[1][rights]])
        inner = float(probability[inside[members]].sum())
        found.append(
            RivalSet(
                lefts,
                rights,
                min(inner / min(len(lefts), len(rights)), 1.0),
                len(lefts) == len(rights) and bool((money == money[0]).all()),
            )
        )
    return found
