"""The figures that pictures of subscriptions are drawn from: small results, read from the marts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orchestration.warehouse.connection import connect

_MARTS = ("agg_mrr_monthly", "agg_cohort_retention")
_MOVEMENTS = """
select account_id, currency, cast(month as varchar), opening_mrr, new_mrr, reactivation_mrr, expansion_mrr,
    contraction_mrr, churn_mrr, closing_mrr, closing_customers, is_observed
from marts.agg_mrr_monthly
where currency_view = 'price' and slice_kind = 'all'
order by account_id, currency, month
"""
_COHORTS = """
select account_id, currency, billing_interval, cast(cohort_month as varchar), cycle, cast(sum(at_risk) as bigint),
    cast(sum(churned_voluntary + churned_involuntary) as bigint), bool_and(is_pending)
from marts.agg_cohort_retention
group by account_id, currency, billing_interval, cohort_month, cycle
order by account_id, currency, billing_interval, cohort_month, cycle
"""


def subscription_figures(database: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Movements by month, and cohorts by cycle; nothing where the marts are not built yet."""
    if not database.is_file():
        return [], []
    with connect(database, read_only=True) as connection:
        built = connection.execute(
            "select count(*) from duckdb_tables() where database_name = current_database() and schema_name = 'marts' "
            f"and table_name in {_MARTS}"
        ).fetchone()
        if built != (len(_MARTS),):
            return [], []
        return connection.execute(_MOVEMENTS).fetchall(), connection.execute(_COHORTS).fetchall()
