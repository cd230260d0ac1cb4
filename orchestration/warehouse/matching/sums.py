"""One amount as the sum of several others, with the number of other ways to reach it.

Amounts alone prove little: of 20 candidates, ten of which were paid together, a median of 14 subsets have the
same sum; of 40, millions. So candidates are bounded, every exact solution is counted, and a sum that chance
would reach as well says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

# More candidates than this are not searched: two halves of 2^11 sums each, and beyond it sums prove nothing.
MOST_CANDIDATES = 22
# Solutions told apart; past this many only their number counts.
MOST_SHOWN = 64


@dataclass(frozen=True)
class Sum:
    """A subset with the wanted sum.

    Attributes:
        members: Positions of the candidates, ascending.
        solutions: How many subsets of the candidates have this sum, this one included.
        by_chance: How many subsets as small as this one would be expected to hit the sum by chance.
    """

    members: tuple[int, ...]
    solutions: int
    by_chance: float


def sums_to(target: int, amounts: Sequence[int]) -> list[Sum]:
    """Subsets of at least two amounts whose sum is `target`, the smallest first.

    Args:
        target: Minor units.
        amounts: Candidates of the same sign, at most MOST_CANDIDATES.
    """
    half = len(amounts) // 2
    low, high = amounts[:half], amounts[half:]
    by_sum: dict[int, list[int]] = {}
    for mask, total in _subset_sums(low):
        by_sum.setdefault(total, []).append(mask)
    found: list[int] = []
    count = 0
    for mask, total in _subset_sums(high):
        for other in by_sum.get(target - total, ()):
            whole = other | mask << half
            if whole.bit_count() >= 2:
                count += 1
                if len(found) < MOST_SHOWN:
                    found.append(whole)
    ordered = sorted(found, key=lambda mask: (mask.bit_count(), _positions(mask)))
    return [
        Sum(_positions(mask), count, _by_chance(target, amounts, mask.bit_count()))
        for mask in islice(ordered, MOST_SHOWN)
    ]


def _subset_sums(amounts: Sequence[int]) -> list[tuple[int, int]]:
    sums = [(0, 0)]
    for position, amount in enumerate(amounts):
        sums += [(mask | 1 << position, total + amount) for mask, total in sums]
    return sums


def _positions(mask: int) -> tuple[int, ...]:
    return tuple(position for position in range(mask.bit_length()) if mask >> position & 1)


def _by_chance(target: int, amounts: Sequence[int], size: int) -> float:
    """Subsets of two to `size` members, spread over the sums that they can have."""
    subsets, ways = 0, 1
    for members in range(1, size + 1):
        ways = ways * (len(amounts) - members + 1) // members
        subsets += ways if members > 1 else 0
    reachable = max(abs(sum(amounts)), abs(target), 1)
    return subsets / reachable
