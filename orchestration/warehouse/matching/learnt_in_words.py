"""What the matcher learnt from two lists, in plain sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orchestration.warehouse.matching.evidence import (
    AMOUNT_BINS,
    CUT,
    EARLIEST_DAY,
    EQUAL,
    FAR,
    SAME,
)
from orchestration.warehouse.matching.learning import PRIOR_ITEMS
from orchestration.warehouse.matching.matcher import Matching

FloatArray = NDArray[np.float64]

# Fewer pairs than this are outvoted by what is believed beforehand.
_FEW = 5 * PRIOR_ITEMS


def learnt_in_words(matching: Matching) -> list[str]:
    """How many items have a counterpart, how much later it comes, how their money and texts differ."""
    learnt = matching.learnt
    if not len(matching.pairs):
        return ["nothing: no two items come near each other"]
    expected = float(learnt.probability.sum())
    return [
        f"{_percent(learnt.matched_share)} of the left items have a counterpart",
        _days(learnt.true_share["date"]),
        _money(learnt.true_share["amount"]),
        _texts(learnt.true_share["text"]),
        *(
            [f"few pairs to learn from (about {expected:.0f}), so the built-in expectations weigh in"]
            if expected < _FEW
            else []
        ),
    ]


def _days(share: FloatArray) -> str:
    reached = np.cumsum(share) / share.sum()
    first, low, high, last = (
        int(np.searchsorted(reached, part)) + EARLIEST_DAY for part in (0.005, 0.25, 0.75, 0.995)
    )
    return (
        f"the right one comes {_span(first, last)} days after the left one, half of them {_span(low, high)}"
    )


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _money(share: FloatArray) -> str:
    bins = len(AMOUNT_BINS) - 1
    differing = share[EQUAL + 1 : 1 + bins] + share[1 + bins : FAR]
    text = f"the money of {_percent(share[EQUAL])} is equal"
    rest = float(differing.sum())
    if share[EQUAL] > 0.9995 or not rest:
        return text
    place = int(np.searchsorted(np.cumsum(differing) / rest, 0.95))
    width = float(np.expm1(AMOUNT_BINS[min(place + 1, bins)]))
    return f"{text}, of the others nearly all differ by at most {_percent(width)}"


def _texts(share: FloatArray) -> str:
    return f"the texts of {_percent(share[SAME])} are equal, of {_percent(share[CUT])} one is cut"


def _percent(share: float) -> str:
    return f"{100 * float(share):.1f} %"
