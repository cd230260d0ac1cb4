"""Why churn moved: counts from lives that are known, effects in exact fractions, intervals of a statistics library."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.golden.subscriptions.random_lives import RandomLives
from tests.pipeline.harness import rows

pytestmark = pytest.mark.slow

Told = tuple[list[RandomLives], Path]
FIRST, LAST = 2024 * 12, 2026 * 12 + 2  # January 2024 to March 2026; April is not over
PERIOD = "account_id, currency, period_kind, strftime(period_start, '%Y-%m'), dimension"
COUNTS = "customers_before, churned_before, customers, churned"


def month_at(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1)


def counted(told: list[RandomLives], months: int) -> dict[tuple[Any, ...], tuple[int, int]]:
    """(account, currency, number of the first month, interval) -> customers as it opens, and who of them left within."""
    found: Counter[tuple[Any, ...]] = Counter()
    for lives in told:
        for life in lives.lives:
            for number in range(FIRST, LAST - months + 2):
                opening, end = month_at(number), month_at(number + months)
                if lives.open_at(life, opening):
                    key = (life.cohort[0], life.cohort[1], number, life.cohort[3])
                    found[*key, "customers"] += 1
                    found[*key, "churned"] += life.lost is not None and opening <= life.lost < end
    return {key[:-1]: (count, found[*key[:-1], "churned"]) for key, count in found.items() if key[-1] == "customers"}


@pytest.mark.parametrize(("kind", "months"), [("month", 1), ("quarter", 3)])
def test_customers_and_leavers_are_those_of_the_lives(random_lives: Told, kind: str, months: int) -> None:
    told, database = random_lives
    counts = counted(told, months)
    known = {key[:3] for key in counts}
    wanted = {}
    for account, currency, number, interval in {(*key[:2], key[2] + later, key[3]) for key in counts for later in (0, months)}:
        if (account, currency, number) in known and (account, currency, number - months) in known:
            wanted[account, currency, f"{month_at(number):%Y-%m}", interval] = (
                *counts.get((account, currency, number - months, interval), (0, 0)), *counts.get((account, currency, number, interval), (0, 0)),
            )  # fmt: skip
    query = f"select account_id, currency, strftime(period_start, '%Y-%m'), cell, {COUNTS} from marts.agg_churn_diagnosis " \
        f"where dimension = 'billing_interval' and period_kind = '{kind}'"  # fmt: skip
    assert {row[:4]: row[4:] for row in rows(database, query)} == wanted
    assert sum(counts[3] for counts in wanted.values()) > 100


def test_effects_are_those_of_the_formula_and_add_up(random_lives: Told) -> None:
    effects = "mix_effect, rate_effect, effect, total_change"
    cells: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows(random_lives[1], f"select {PERIOD}, {COUNTS}, {effects} from marts.agg_churn_diagnosis"):
        cells[row[:5]].append(row[5:])
    assert len(cells) > 500 and {key[4] for key in cells} >= {"billing_interval", "trial", "plan", "usage"}
    for found in cells.values():
        before, after = sum(cell[0] for cell in found), sum(cell[2] for cell in found)
        rate_before = Fraction(sum(cell[1] for cell in found), before)
        rate_after = Fraction(sum(cell[3] for cell in found), after)
        for n0, d0, n1, d1, mix, rate, effect, change in found:
            w0, w1 = Fraction(n0, before), Fraction(n1, after)
            r0 = Fraction(d0, n0) if n0 else Fraction(d1, n1)
            r1 = Fraction(d1, n1) if n1 else r0
            assert abs(Fraction(rate) - (w0 + w1) / 2 * (r1 - r0)) < Fraction(1, 10**11)
            assert abs(Fraction(mix) - (w1 - w0) * ((r0 + r1) / 2 - (rate_before + rate_after) / 2)) < Fraction(1, 10**11)
            assert effect == mix + rate and abs(Fraction(change) - (rate_after - rate_before)) < Fraction(1, 10**11)
        assert sum(cell[6] for cell in found) == found[0][7]


def test_intervals_are_those_of_wilson(random_lives: Told) -> None:
    query = "select churned, customers, churn_rate_low, churn_rate_high from marts.agg_churn_diagnosis where customers > 0 group by all"
    found = rows(random_lives[1], query)
    assert len(found) > 100
    for churned, customers, low, high in found:
        wanted = proportion_confint(churned, customers, method="wilson")
        assert (float(low), float(high)) == pytest.approx(wanted, abs=1e-6), (churned, customers)
