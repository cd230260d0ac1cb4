"""Subset sums: every solution is counted, and the search is bounded."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orchestration.warehouse.matching.sums import MOST_CANDIDATES, MOST_SHOWN, sums_to

AMOUNTS = st.lists(st.integers(1, 30), min_size=2, max_size=10)


def brute(target: int, amounts: list[int]) -> set[tuple[int, ...]]:
    return {
        places
        for size in range(2, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if sum(amounts[place] for place in places) == target
    }


@given(AMOUNTS, st.integers(1, 120))
def test_every_subset_with_the_sum_is_found_and_counted(amounts, target):
    found, expected = sums_to(target, amounts), brute(target, amounts)
    assert {one.members for one in found} <= expected
    assert len(found) == min(len(expected), MOST_SHOWN)
    assert {one.solutions for one in found} <= {len(expected)}
    assert [len(one.members) for one in found] == sorted(len(one.members) for one in found)


@given(AMOUNTS, st.integers(1, 120))
def test_money_out_is_as_good_as_money_in(amounts, target):
    positive, negative = sums_to(target, amounts), sums_to(-target, [-amount for amount in amounts])
    assert [one.members for one in positive] == [one.members for one in negative]


def test_many_equal_amounts_are_counted_not_listed():
    found = sums_to(11, [1] * MOST_CANDIDATES)
    assert found[0].solutions == 705_432  # 22 over 11
    assert len(found) == MOST_SHOWN


def test_chance_grows_with_the_candidates():
    few, many = sums_to(300, [100, 200, 999]), sums_to(300, [100, 200, *range(1_000, 1_015)])
    assert few[0].by_chance < many[0].by_chance
