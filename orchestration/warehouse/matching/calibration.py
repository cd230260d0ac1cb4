"""From what the matcher believes to what proved true: monotone per tier, learnt from cases whose answer is known.

The cases are those of simulated companies, shipped as a table of counts, and the decisions of people once they are
accepted as lessons. Isotonic regression makes no assumption but this: who believes more is right more often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from orchestration.warehouse.matching.groups import LEFT, RIGHT, SCHEMA
from orchestration.warehouse.matching.matcher import AUTOMATIC

FloatArray = NDArray[np.float64]

# Tiers whose belief is a probability; shared ids and people are not measured by it.
CALIBRATED = ("b", "c", "e")
# Cases needed before they say more than the belief itself.
LEAST_CASES = 30
# One wrong case that nobody has seen yet, at the least; so that no tier becomes certain.
UNSEEN_WRONG = 0.5


@dataclass(frozen=True)
class Case:
    """Matches of one tier that were believed with `confidence`, and how many of them were right."""

    tier: str
    confidence: float
    matches: int
    right: int


@dataclass(frozen=True)
class Calibration:
    """Per tier points of a monotone curve: belief -> share that was right."""

    curves: dict[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Calibration:
        """Learn the curves of all tiers with enough cases."""
        by_tier: dict[str, list[Case]] = {}
        for case in cases:
            by_tier.setdefault(case.tier, []).append(case)
        curves = {}
        for tier, known in sorted(by_tier.items()):
            total = sum(case.matches for case in known)
            if tier not in CALIBRATED or total < LEAST_CASES:
                continue
            known.sort(key=lambda case: case.confidence)
            weight = np.array([case.matches for case in known], dtype=float)
            share = np.array([case.right for case in known], dtype=float) / weight
            blocks = isotonic_regression(share, weights=weight).blocks
            wrong, size = weight * (1 - share), weight
            # Within a block only the cases that were believed no more speak for a case: those above it prove less.
            careful = np.minimum(
                *(
                    1 - (summed(wrong, blocks) + UNSEEN_WRONG) / (summed(size, blocks) + 2 * UNSEEN_WRONG)
                    for summed in (_so_far, _whole)
                )
            )
            careful = np.maximum.accumulate(careful)
            curves[tier] = (np.array([case.confidence for case in known]), careful)
        return cls(curves)

    def applied(self, groups: pa.Table) -> pa.Table:
        """The groups with calibrated confidence, and automatic only where that is high enough."""
        if not self.curves or not groups.num_rows:
            return groups
        confidence = groups["confidence"].to_numpy().copy()
        status = np.array(groups["status"].to_pylist(), dtype=object)
        tier = np.array(groups["tier"].to_pylist(), dtype=object)
        open_ones = np.isin(status, ("auto", "review"))
        for name, (believed, proved) in self.curves.items():
            here = open_ones & (tier == name)
            confidence[here] = np.interp(confidence[here], believed, proved)
            status[here] = np.where(confidence[here] >= AUTOMATIC, "auto", "review")
        changed = groups.set_column(
            groups.schema.get_field_index("confidence"), "confidence", pa.array(confidence)
        )
        place = groups.schema.get_field_index("status")
        return changed.set_column(place, "status", pa.array(status, pa.string())).cast(SCHEMA)


def _so_far(values: FloatArray, blocks: NDArray[np.intp]) -> FloatArray:
    """Running sums that begin anew in each block."""
    return np.concatenate(
        [np.cumsum(values[start:end]) for start, end in zip(blocks[:-1], blocks[1:], strict=True)]
    )


def _whole(values: FloatArray, blocks: NDArray[np.intp]) -> FloatArray:
    """The sum of a block, for each of its values."""
    return np.repeat(np.add.reduceat(values, blocks[:-1]), np.diff(blocks))


def cases_of(groups: pa.Table, lessons: Iterable[tuple[str, frozenset[str], frozenset[str]]]) -> list[Case]:
    """What people said of groups that the matcher proposed by itself.

    Args:
        groups: The proposals, made without any decision.
        lessons: Action (confirm, regroup, reject) and the ids of both sides.
    """
    proposed: dict[int, tuple[str, float, dict[str, set[str]]]] = {}
    open_ones = groups.filter(pc.is_in(groups["status"], pa.array(["auto", "review"])))
    columns = ("group_number", "tier", "confidence", "side", "item_id")
    for number, tier, confidence, side, item in zip(
        *(open_ones[name].to_pylist() for name in columns), strict=True
    ):
        proposed.setdefault(number, (tier, confidence, {LEFT: set(), RIGHT: set()}))[2][side].add(item)
    by_item: dict[tuple[str, str], int] = {
        (side, item): number
        for number, (_, _, sides) in proposed.items()
        for side, items in sides.items()
        for item in items
    }
    cases = []
    for action, left, right in lessons:
        touched = {
            by_item[key]
            for key in (*((LEFT, i) for i in left), *((RIGHT, i) for i in right))
            if key in by_item
        }
        for number in sorted(touched):
            tier, confidence, sides = proposed[number]
            same = sides[LEFT] == left and sides[RIGHT] == right
            if same or action != "reject":  # to reject one group says nothing of another that shares an item
                cases.append(Case(tier, confidence, 1, int(same and action != "reject")))
    return cases
