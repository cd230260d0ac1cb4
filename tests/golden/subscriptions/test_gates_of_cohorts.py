"""The gates between tables find what is wrong with cohorts and with the diagnosis of churn."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.build_state import dbt_environment
from orchestration.run_context import RunContext
from orchestration.workspace import Workspace
from tests.golden.subscriptions.random_lives import RandomLives
from tests.pipeline.harness import run_dbt

pytestmark = pytest.mark.slow

FIRST = "(select min((cohort_month, billing_interval, trial_bucket)) from marts.agg_cohort_retention where not is_pending and retained > 0)"
ONE = f"where cycle = 1 and currency = 'usd' and (cohort_month, billing_interval, trial_bucket) = {FIRST}"
# Gate -> damages: each by itself is found.
DAMAGES = {
    "assert_cohorts_only_shrink": [
        f"update marts.agg_cohort_retention set retained = retained + 1, at_risk = at_risk + 1 {ONE}",
        f"update marts.agg_cohort_retention set survival = 0 {ONE}",
        f"update marts.agg_cohort_retention set censored = censored + 1 {ONE}",
        f"delete from marts.agg_cohort_retention {ONE}",
        f"update marts.agg_cohort_retention set is_pending = true {ONE}",
    ],
    "assert_every_customer_is_in_one_cohort": [
        f"update marts.agg_cohort_retention set cohort_size = cohort_size + 1 {ONE}",
        f"update marts.agg_cohort_retention set churned_voluntary = churned_voluntary + 1 {ONE}",
        "delete from marts.agg_cohort_retention where cohort_month = (select max(cohort_month) from marts.agg_cohort_retention)",
        "update marts.fct_churn_events set kind = 'voluntary' where kind = 'involuntary'",
    ],
    "assert_effects_add_up_to_the_change_of_churn": [
        "update marts.agg_churn_diagnosis set mix_effect = mix_effect + 0.000000000001 where dimension = 'trial' and cell = '0'",
        "delete from marts.agg_churn_diagnosis where dimension = 'usage'",
        "update marts.agg_churn_diagnosis set customers = customers + 1 where dimension = 'plan'",
        "update marts.agg_churn_diagnosis set total_change = total_change + 0.01, rate_effect = rate_effect + 0.01, effect = effect + 0.01 "
        "where dimension = 'country'",
    ],
    "assert_churn_is_diagnosed_of_all_who_left": [
        "update marts.agg_churn_diagnosis set customers = customers + 1 where dimension = 'billing_interval' and cell = 'month'",
        "update marts.agg_churn_diagnosis set churned = churned + 100 where dimension = 'billing_interval' and cell = 'month'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("place", range(max(map(len, DAMAGES.values()))))
def test_each_damage_is_found_by_its_gate(random_lives: tuple[list[RandomLives], Path], place: int, tmp_path: Path) -> None:
    """The gates are asked one by one, because a damage of one may be seen by another."""
    workspace = Workspace(random_lives[1].parents[1])
    environment = dbt_environment(workspace, RunContext.load(workspace))
    for gate, damages in DAMAGES.items():
        if place >= len(damages):
            continue
        (tmp_path / gate).mkdir()
        damaged = Path(shutil.copy(workspace.candidate_db, tmp_path / gate))
        with duckdb.connect(str(damaged)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            changed = connection.execute(damages[place]).fetchone()
        assert changed and changed[0] > 0, damages[place]
        answer = run_dbt({**environment, "TIEOUT_CANDIDATE_DB": str(damaged)}, ["--select", gate])
        found = {name: count for name, (status, count) in answer["tests"].items() if status == "fail"}
        assert list(found) == [gate] and found[gate] > 0, damages[place]
