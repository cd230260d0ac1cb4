"""Belief propagation against exact enumeration, sums over rivals against a naive oracle."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.warehouse.matching.competition import Sides, _Side


def exact(left: list[int], right: list[int], weight: list[float]) -> np.ndarray:
    """The share of each pair in all sets of pairs in which no item stands twice, weighed by products of odds."""
    total, inside = 0.0, np.zeros(len(left))
    for size in range(len(left) + 1):
        for chosen in combinations(range(len(left)), size):
            if len({left[i] for i in chosen}) == size == len({right[i] for i in chosen}):
                product = float(np.prod([weight[i] for i in chosen]))
                total += product
                inside[list(chosen)] += product
    return inside / total


def found(left: list[int], right: list[int], weight: list[float]) -> np.ndarray:
    sides = Sides(np.array(left), np.array(right), max(left) + 1, max(right) + 1)
    return sides.probabilities(np.array(weight))


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=7), st.integers(0, 2**32 - 1))
def test_on_trees_the_probabilities_are_exact(weight, seed):
    rng = np.random.default_rng(seed)
    left, right, lefts, rights = [0], [0], 1, 1
    for _ in weight[1:]:
        if rng.random() < 0.5:
            left.append(int(rng.integers(lefts)))
            right.append(rights)
            rights += 1
        else:
            left.append(lefts)
            right.append(int(rng.integers(rights)))
            lefts += 1
    np.testing.assert_allclose(found(left, right, weight), exact(left, right, weight), atol=1e-5)


@pytest.mark.parametrize("odds", [0.1, 1.0, 10.0])
def test_on_a_loop_of_four_they_are_close(odds):
    left, right, weight = [0, 0, 1, 1], [0, 1, 0, 1], [odds] * 4
    np.testing.assert_allclose(found(left, right, weight), exact(left, right, weight), atol=0.08)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 15), st.floats(1, 9.9)), min_size=1, max_size=25))
def test_the_others_of_an_item_are_summed_without_losing_the_small_ones(rows):
    item = np.array([row[0] for row in rows])
    value = np.array([row[2] * 10.0 ** row[1] for row in rows])
    oracle = [sum(sorted(value[j] for j in range(len(rows)) if item[j] == item[i] and j != i)) for i in range(len(rows))]
    np.testing.assert_allclose(_Side(item, 5).others(value), oracle, rtol=1e-9)


def test_a_small_rival_of_a_huge_weight_is_not_rounded_away():
    assert _Side(np.array([0, 0]), 1).others(np.array([1e15, 1e-3])).tolist() == [1e-3, 1e15]


def test_no_pairs_have_no_probabilities():
    nothing = np.zeros(0, dtype=np.int64)
    assert len(Sides(nothing, nothing, 0, 0).probabilities(np.zeros(0))) == 0
