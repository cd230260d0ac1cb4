"""Differences of money that come back: a bank that keeps 15.00 of each wire, a wallet that keeps 0.30 of each sale.

Among pairs that have nothing to do with each other any difference is about as frequent as those next to it. One
that is far more frequent is a price.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

# A price is a small part of what it is taken from, and is seen more than twice.
SMALL_SHARE, LEAST_TIMES = 0.1, 3
# It occurs so many times as often as the differences around it, a tenth of it either way.
AS_OFTEN, AROUND = 8.0, 0.1


def recurring_differences(scope: IntArray, left: IntArray, right: IntArray) -> NDArray[np.bool_]:
    """Which candidate pairs differ by a price of their scope.

    Args:
        scope: Scope of each pair.
        left, right: Amounts of its two items, minor units.
    """
    difference = left - right
    small = (difference != 0) & (np.abs(difference) <= SMALL_SHARE * np.minimum(left, right))
    found = np.zeros(len(scope), dtype=bool)
    for number in np.unique(scope[small]):
        here = np.flatnonzero(small & (scope == number))
        values, place, times = np.unique(difference[here], return_inverse=True, return_counts=True)
        total = np.concatenate([[0], np.cumsum(times)])
        reach = np.maximum(np.abs(values) * AROUND, 1)
        low, high = np.searchsorted(values, values - reach), np.searchsorted(values, values + reach, "right")
        around = (total[high] - total[low] - times) / (2 * reach)
        prices = (times >= LEAST_TIMES) & (times > AS_OFTEN * around)
        found[here] = prices[place]
    return found
