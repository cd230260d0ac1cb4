"""Recurring revenue of a simulated company beside the movements that its subscriptions truly had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.sandbox.inbox.events import events_of
from orchestration.sandbox.simulation import Simulation
from orchestration.sandbox.world.history import history_key
from orchestration.sandbox.world.plan import Plan
from tests.pipeline.harness import rows

# Movements that only one side has; `is_told_late` leaves out customers whose changes no bill shows in time.
_DIFFERENCES = """
with truth as (
    select account_id, customer_id, currency, moved_at, movement, mrr_before, mrr_after, churn_kind, is_told_late
    from read_csv('{file}', types = {{'moved_at': 'timestamptz', 'mrr_before': 'decimal(18,4)', 'mrr_after': 'decimal(18,4)',
        'churn_kind': 'varchar', 'is_told_late': 'boolean'}})
),
found as (
    select movements.account_id, movements.customer_id, movements.currency, moved_at, movement, mrr_before, mrr_after, churns.kind as churn_kind
    from marts.fct_mrr_movements as movements left join marts.fct_churn_events as churns on movement_id = churn_event_id
),
compared as (
    select coalesce(truth.customer_id, found.customer_id) as customer_id, moved_at, currency,
        truth.movement as truly, truth.mrr_before as truly_before, truth.mrr_after as truly_after, truth.churn_kind as truly_kind,
        found.movement, found.mrr_before, found.mrr_after, found.churn_kind
    from truth full join found using (account_id, customer_id, currency, moved_at)
    where (truth.movement, truth.mrr_before, truth.mrr_after, coalesce(truth.churn_kind, ''))
        is distinct from (found.movement, found.mrr_before, found.mrr_after, coalesce(found.churn_kind, ''))
)
select * from compared where {among} order by customer_id, moved_at
"""


def wrong_movements(database: Path, truth: Path, only_told_in_time: bool = False) -> list[tuple[Any, ...]]:
    """Movements, or kinds of churn, that are others than those that the company lived."""
    file = truth / "mrr_movements.csv"
    assert rows(database, f"select count(*) > 20, count(distinct movement) from read_csv('{file}')") == [(True, 5)]
    late = f"customer_id not in (select customer_id from read_csv('{file}', types = {{'is_told_late': 'boolean'}}) where is_told_late)"
    return rows(database, _DIFFERENCES.format(file=file, among=late if only_told_in_time else "true"))


def write_subscription_events(plan: Plan, inbox: Path) -> int:
    """Every event that Stripe ever sent of the plan's subscriptions and customers, as if collected from the first day."""
    path = inbox / "stripe" / "events" / "subscriptions.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for segment in Simulation(plan):
            for tenant, obj in [*segment.objects.get("subscription", ()), *segment.objects.get("customer", ())]:
                for event in events_of(tenant, obj, segment.history[history_key(obj)]):
                    lines.write(json.dumps(event) + "\n")
                    count += 1
    return count
