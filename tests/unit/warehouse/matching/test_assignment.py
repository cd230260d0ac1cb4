"""The chosen pairs are the best ones: against all possibilities."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orchestration.warehouse.matching import assignment
from orchestration.warehouse.matching.assignment import assign

CELLS = st.lists(st.lists(st.sampled_from([0.0, 0.2, 0.9, 1.5, 3.0, 40.0, 1e6]), min_size=4, max_size=4), min_size=1, max_size=4)


def best(cells: list[list[float]]) -> float:
    """The greatest sum of log odds above 0 that a one-to-one choice reaches."""
    gains = [[np.log(odds) if odds > 1 else 0.0 for odds in row] for row in cells]
    return max(sum(gains[row][column] for row, column in enumerate(places)) for places in permutations(range(4), len(cells)))


@given(CELLS)
def test_the_choice_has_the_greatest_product_of_odds(cells):
    row, column = np.nonzero(np.array(cells))
    weight = np.array(cells)[row, column]
    chosen = assign(row, column, weight)
    assert len(set(row[chosen])) == len(set(column[chosen])) == len(chosen)
    assert (weight[chosen] > 1).all()
    np.testing.assert_allclose(np.log(weight[chosen]).sum(), best(cells), atol=1e-5)


def test_the_better_pair_gives_way_where_both_items_gain():
    left, right, odds = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([100.0, 60.0, 50.0])
    assert assign(left, right, odds).tolist() == [1, 2]


def test_without_pairs_nothing_is_chosen():
    nothing = np.zeros(0, dtype=np.int64)
    assert len(assign(nothing, nothing, np.zeros(0))) == 0


def test_a_component_that_does_not_fit_is_taken_by_odds(monkeypatch):
    monkeypatch.setattr(assignment, "MOST_CELLS", 1)
    left, right, odds = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([100.0, 60.0, 50.0])
    assert assign(left, right, odds).tolist() == [0]
