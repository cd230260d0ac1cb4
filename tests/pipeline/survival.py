"""Cohorts worked out another way: ages counted cycle by cycle on a calendar, survival by a statistics library."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight

from tests.pipeline.harness import rows

Cohort = tuple[Any, ...]
_MARTS = """
select {key}, cycle, at_risk, retained, churned_voluntary, churned_involuntary, censored, is_pending, survival
from marts.agg_cohort_retention order by all
"""
KEY = ("account_id", "currency", "strftime(cohort_month, '%Y-%m-%d')", "billing_interval", "trial_bucket", "payment_pattern")


@dataclass(frozen=True)
class Life:
    """A customer in a currency: `lost` is when it was first lost, None when it never was; instants are UTC."""

    cohort: Cohort
    start: datetime
    unit: str
    count: int
    lost: datetime | None
    kind: str = "voluntary"


def after_cycles(start: datetime, unit: str, count: int, cycles: int) -> datetime:
    """When so many cycles are over: the same day of the month, or its last one."""
    if unit in ("day", "week"):
        return start + timedelta(days=cycles * count * (7 if unit == "week" else 1))
    months = start.year * 12 + start.month - 1 + cycles * count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))


def cycle_at(life: Life, at: datetime) -> int:
    """The cycle, from 1, whose end is the first that is not before an instant."""
    cycle = 1
    while after_cycles(life.start, life.unit, life.count, cycle) < at:
        cycle += 1
    return cycle


def expected(lives: Iterable[Life], as_of: datetime) -> dict[Cohort, list[tuple[Any, ...]]]:
    """Cohort -> (cycle, at risk, retained, lost by kind, censored, whether pending, survival), as the mart has them."""
    members: dict[Cohort, list[Life]] = defaultdict(list)
    for life in lives:
        members[life.cohort].append(life)
    return {cohort: _table(found, as_of) for cohort, found in members.items()}


def _table(lives: list[Life], as_of: datetime) -> list[tuple[Any, ...]]:
    at_end = [life.lost or as_of + timedelta(seconds=1) for life in lives]
    last = [cycle_at(life, end) for life, end in zip(lives, at_end, strict=True)]
    function = SurvfuncRight(np.array(last), np.array([life.lost is not None for life in lives], dtype=int))
    found = []
    for cycle in range(1, max(last) + 1):
        ended = [life for life, end in zip(lives, last, strict=True) if end == cycle]
        kinds = [life.kind for life in ended if life.lost is not None]
        at_risk = sum(end >= cycle for end in last)
        is_pending = all(after_cycles(life.start, life.unit, life.count, cycle) > as_of
                         for life, end in zip(lives, last, strict=True) if end >= cycle)
        known = [share for time, share in zip(function.surv_times, function.surv_prob, strict=True) if time <= cycle]
        found.append((
            cycle, at_risk, at_risk - len(ended), kinds.count("voluntary"), kinds.count("involuntary"), len(ended) - len(kinds),
            is_pending, None if is_pending else (known[-1] if known else 1.0),
        ))  # fmt: skip
    return found


def published(database: Path) -> dict[Cohort, list[tuple[Any, ...]]]:
    """The same of the mart."""
    found: dict[Cohort, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows(database, _MARTS.format(key=", ".join(KEY))):
        found[row[: len(KEY)]].append(row[len(KEY) :])
    return dict(found)


def assert_equal(found: dict[Cohort, list[tuple[Any, ...]]], wanted: dict[Cohort, list[tuple[Any, ...]]]) -> float:
    """Every count is the same and every survival to 1e-9; the largest difference that there is."""
    assert found.keys() == wanted.keys(), sorted(found.keys() ^ wanted.keys(), key=str)[:5]
    largest = 0.0
    for cohort, table in wanted.items():
        assert [row[:-1] for row in found[cohort]] == [row[:-1] for row in table], cohort
        for (*_, one), (*_, other) in zip(found[cohort], table, strict=True):
            assert (one is None) == (other is None), cohort
            largest = max(largest, 0.0 if one is None else abs(float(one) - other))
    assert largest <= 1e-9
    return largest
