"""How customers are kept beyond what was seen of them: the shifted-beta-geometric model of contracts that renew.

Each customer ends at every renewal with a probability of its own, and these follow a beta distribution: retention
rises with age because those who leave easily have left (Fader and Hardie, "How to project customer retention",
2007). It is a measure of a crowd and no promise of one customer; money is never taken from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# logarithms of alpha and beta: beyond e^10 customers differ so little that no retention could tell
_WIDEST = 10.0


@dataclass(frozen=True)
class RetentionCurve:
    """The beta distribution of the probability to end at a renewal; its mean is alpha / (alpha + beta)."""

    alpha: float
    beta: float

    def survival(self, cycles: int) -> float:
        """The share of a cohort that is still there after so many cycles."""
        from scipy.special import betaln

        return math.exp(float(betaln(self.alpha, self.beta + cycles) - betaln(self.alpha, self.beta)))

    def expected_renewals(self, renewed: int, discount: float) -> float:
        """Discounted expected residual lifetime, in cycles: renewals still to come of whoever has renewed so often.

        Seen from just before the next renewal, which counts in full; each later one is worth 1 / (1 + discount) of
        the one before (Fader and Hardie, "Customer-base valuation in a contractual setting", 2010, equation 6).
        """
        from scipy.special import hyp2f1

        kept = (self.beta + renewed) / (self.alpha + self.beta + renewed)
        series = hyp2f1(
            1.0, self.beta + renewed + 1, self.alpha + self.beta + renewed + 1, 1 / (1 + discount)
        )
        return kept * float(series)


def fit_retention(lost: Sequence[int], too_young: Sequence[int]) -> RetentionCurve | None:
    """The curve that makes what was seen most likely.

    Args:
        lost: Customers lost in each cycle, from the first on.
        too_young: Customers who were last seen within the cycle: they survived the ones before; one number more than
            `lost` where some were seen to end the last cycle.

    Returns:
        None where nothing tells a curve: nobody was lost, or losses were seen in one cycle only.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln

    if sum(count > 0 for count in lost) < 2:
        return None
    gone, young = np.asarray(lost, dtype=float), np.asarray(too_young, dtype=float)
    ages, kept = np.arange(len(gone)), np.arange(len(young))

    def surprise(logarithms: np.ndarray) -> float:
        alpha, beta = np.exp(logarithms)
        whole = betaln(alpha, beta)
        likely = gone @ (betaln(alpha + 1, beta + ages) - whole) + young @ (
            betaln(alpha, beta + kept) - whole
        )
        return -float(likely) / float(gone.sum() + young.sum())

    bounds = [(-_WIDEST, _WIDEST)] * 2
    options = {"ftol": 1e-15, "gtol": 1e-9}
    tries = [
        minimize(surprise, start, method="L-BFGS-B", bounds=bounds, options=options)
        for start in ((0.0, 0.0), (0.0, 3.0), (3.0, 5.0))
    ]
    alpha, beta = np.exp(min(tries, key=lambda tried: float(tried.fun)).x)
    return RetentionCurve(float(alpha), float(beta))
