"""Cohorts of a simulated company beside those that its subscribers truly made up."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from tests.pipeline.harness import rows
from tests.pipeline.survival import KEY, Life, assert_equal, expected, published

_TRUTH = """
with told as (
    select *, row_number() over (partition by account_id, customer_id, currency, movement order by moved_at) as place
    from read_csv('{file}', types = {{'moved_at': 'timestamptz', 'churn_kind': 'varchar', 'is_told_late': 'boolean'}})
)
select begun.account_id, begun.customer_id, begun.currency, begun.moved_at::timestamp as start, lost.moved_at::timestamp as lost,
    lost.churn_kind
from told as begun
left join told as lost
    on begun.account_id = lost.account_id and begun.customer_id = lost.customer_id and begun.currency = lost.currency
    and lost.movement = 'churn' and lost.place = 1
where begun.movement = 'new'
"""
_MEMBERS = f"select account_id, customer_id, currency, {', '.join(KEY[2:])}, cycle_unit, cycle_count from intermediate.int_cohort_members"


def wrong_cohorts(database: Path, truth: Path) -> Counter[tuple[str, ...]]:
    """(account, currency, first paid month) -> how many members the mart has too many or too few."""
    sizes: Counter[tuple[str, ...]] = Counter()
    for account, _, currency, start, *_ in _told(database, truth):
        sizes[account, currency, f"{start:%Y-%m}-01"] += 1
    assert len(sizes) > 10
    query = f"select {', '.join(KEY[:3])}, sum(cohort_size)::int from marts.agg_cohort_retention where cycle = 1 group by all"
    for *cohort, size in rows(database, query):
        sizes[tuple(cohort)] -= size
    return Counter({cohort: size for cohort, size in sizes.items() if size})


def assert_true_survival(database: Path, truth: Path, as_of: datetime) -> float:
    """When customers began and left is the simulation's own; what they are grouped by is the product's."""
    groups = {tuple(row[:3]): row[3:] for row in rows(database, _MEMBERS)}
    lives = []
    for account, customer, currency, start, lost, kind in _told(database, truth):
        *group, unit, count = groups[account, customer, currency]
        lives.append(Life((account, currency, *group), start, unit, count, lost, kind or ""))
    assert sum(life.lost is not None for life in lives) > 5
    return assert_equal(published(database), expected(lives, as_of))


def _told(database: Path, truth: Path) -> list[tuple[str, str, str, datetime, datetime | None, str]]:
    return rows(database, _TRUTH.format(file=truth / "mrr_movements.csv"))
