"""One counterpart at most: the set of pairs with the greatest product of odds, staying unmatched being odds of 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Log odds are summed as integers of a millionth, so that the order of summing decides nothing.
SCALE = 1_000_000
# A component with more cells than this (800 MB) would not fit; its pairs are taken greedily by odds.
MOST_CELLS = 100_000_000


def assign(left: IntArray, right: IntArray, weight: FloatArray) -> IntArray:
    """Positions of the chosen pairs, ascending.

    Args:
        left, right: Items of each pair; every pair once.
        weight: Its odds against staying unmatched; only those above 1 are worth choosing.
    """
    gain = np.rint(np.log(weight) * SCALE).astype(np.int64)
    useful = np.flatnonzero(gain > 0)
    if not len(useful):
        return useful
    chosen: list[IntArray] = []
    for members in _components(left[useful], right[useful]):
        pairs = useful[members]
        chosen.append(pairs if len(pairs) == 1 else _best(left[pairs], right[pairs], gain[pairs], pairs))
    return np.sort(np.concatenate(chosen))


def _components(left: IntArray, right: IntArray) -> list[IntArray]:
    """Pairs that share items, directly or through others, belong together."""
    lefts, rights = int(left.max()) + 1, int(right.max()) + 1
    size = lefts + rights
    graph = csr_matrix((np.ones(len(left), dtype=np.int8), (left, right + lefts)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    component = label[left]
    order = np.argsort(component, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(component[order])) + 1)


def _best(left: IntArray, right: IntArray, gain: IntArray, pairs: IntArray) -> IntArray:
    rows, row = np.unique(left, return_inverse=True)
    columns, column = np.unique(right, return_inverse=True)
    if len(rows) * len(columns) > MOST_CELLS:
        return _greedy(row, column, gain, pairs)
    gains = np.zeros((len(rows), len(columns)), dtype=np.int64)
    which = np.full(gains.shape, -1, dtype=np.int64)
    gains[row, column], which[row, column] = gain, pairs
    taken: IntArray = which[linear_sum_assignment(gains, maximize=True)]
    return taken[taken >= 0]


def _greedy(row: IntArray, column: IntArray, gain: IntArray, pairs: IntArray) -> IntArray:
    free_rows = np.ones(int(row.max()) + 1, dtype=bool)
    free_columns = np.ones(int(column.max()) + 1, dtype=bool)
    taken = []
    for place in np.lexsort((column, row, -gain)):
        if free_rows[row[place]] and free_columns[column[place]]:
            free_rows[row[place]] = free_columns[column[place]] = False
            taken.append(pairs[place])
    return np.array(taken, dtype=np.int64)
