"""Items that are alike: never told apart by guessing, seen as sets, sure as sets only where both sides are even."""

from __future__ import annotations

import pytest

from tests.unit.warehouse.matching.lists import matched, people


def alike(left: int, right: int, others: int = 300):
    """Twenty equal payments on one day among many that are not."""
    own, theirs = people(others)
    own += [(f"A{number:02}", 10, 4_900, "MONTHLY PLAN") for number in range(left)]
    theirs += [(f"B{number:02}", 12, 4_900, "MONTHLY PLAN") for number in range(right)]
    return matched(own, theirs)


def of_plan(matching):
    return [row for row in matching.table().to_pylist() if row["left_id"].startswith("A")]


def test_twenty_equal_payments_on_both_sides_are_one_sure_set():
    matching = alike(20, 20)
    pairs = of_plan(matching)
    assert len(pairs) == 20
    assert {pair["status"] for pair in pairs} == {"ambiguous"}
    assert max(pair["confidence"] for pair in pairs) < 0.06
    (one,) = [found for found in matching.sets() if len(found.left) > 2]
    assert (len(one.left), len(one.right), one.is_even) == (20, 20, True)
    assert one.probability > 0.95


def test_twenty_against_nineteen_are_no_sure_set():
    matching = alike(20, 19)
    assert {pair["status"] for pair in of_plan(matching)} == {"ambiguous"}
    (one,) = [found for found in matching.sets() if len(found.left) > 2]
    assert (len(one.left), len(one.right), one.is_even) == (20, 19, False)


@pytest.mark.parametrize(("left", "right"), [(2, 2), (5, 5), (20, 20), (20, 19), (19, 20), (60, 60), (20, 1), (1, 20)])
def test_lists_of_nothing_else_are_ambiguous_and_never_without_a_counterpart(left, right):
    matching = matched([(f"L{i:02}", 0, 500, "X") for i in range(left)], [(f"R{i:02}", 0, 500, "X") for i in range(right)])
    table = matching.table().to_pylist()
    assert len(table) == min(left, right)
    assert {row["status"] for row in table} == {"ambiguous"}
    (one,) = matching.sets()
    assert (len(one.left), len(one.right)) == (left, right)


def test_what_differs_is_no_set():
    own, theirs = people(60)
    assert matched(own, theirs).sets() == []
