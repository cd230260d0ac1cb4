"""The curve of retention against the figures its authors published, its own sums, and crowds drawn from known curves."""

from __future__ import annotations

import numpy as np
import pytest

from orchestration.warehouse.retention_curve import RetentionCurve, fit_retention

# "High End" of Fader and Hardie, How to project customer retention (2007), Table 1: 1,000 customers, seven years
LOST = [131, 126, 90, 60, 42, 34, 26]


def test_published_parameters_and_projection():
    curve = fit_retention(LOST, [0] * 7 + [491])
    assert (round(curve.alpha, 3), round(curve.beta, 3)) == (0.668, 3.806)
    assert [round(100 * curve.survival(year), 1) for year in range(8, 13)] == [46.0, 43.6, 41.4, 39.5, 37.8]
    assert round(curve.expected_renewals(7, 0.1), 3) == 7.530


@pytest.mark.parametrize(("renewed", "discount"), [(0, 0.1), (7, 0.1), (3, 0.008)])
def test_expected_renewals_are_the_sum_of_what_is_still_there(renewed, discount):
    curve = RetentionCurve(0.668, 3.806)
    summed = sum(
        curve.survival(cycle) / curve.survival(renewed) / (1 + discount) ** (cycle - renewed - 1)
        for cycle in range(renewed + 1, renewed + 5000)
    )
    assert curve.expected_renewals(renewed, discount) == pytest.approx(summed, rel=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (1.5, 12.0), (0.3, 0.9)])
def test_a_crowd_gives_back_its_curve_though_many_are_too_young(alpha, beta):
    random = np.random.default_rng(20261121)
    count, cycles = 400_000, 14
    ends = random.geometric(random.beta(alpha, beta, count).clip(1e-12))
    age = random.integers(1, cycles + 1, count)  # whole cycles since the beginning: who outlives them is too young
    lost = [int(((ends == cycle) & (cycle <= age)).sum()) for cycle in range(1, cycles + 1)]
    young = [0, *(int(((ends > cycle) & (age == cycle)).sum()) for cycle in range(1, cycles + 1))]
    assert sum(lost) + sum(young) == count
    curve = fit_retention(lost, young)
    for cycle in (1, 6, 14, 24):
        assert curve.survival(cycle) == pytest.approx(RetentionCurve(alpha, beta).survival(cycle), abs=0.01)


def test_customers_who_are_all_alike_are_lost_at_one_rate():
    curve = fit_retention([500, 250, 125], [0, 0, 0, 125])
    assert [curve.survival(cycle) for cycle in (1, 3, 6)] == pytest.approx([0.5, 0.125, 0.015625], rel=1e-3)


@pytest.mark.parametrize(("lost", "young"), [([], []), ([0, 0], [3, 4]), ([5, 0], [2, 4])])
def test_too_little_tells_no_curve(lost, young):
    assert fit_retention(lost, young) is None
