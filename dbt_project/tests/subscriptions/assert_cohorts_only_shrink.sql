{{ config(meta={'dagster': {'ref': {'name': 'agg_cohort_retention'}}}) }}
-- Guards the life table: everyone who enters a cycle is retained, lost or too young, only the retained enter the next one, and survival
-- is a share that never grows. A cycle that is missing, or someone who comes back into survival, would show here.
with

cycles as (
    select
        *,
        lag(retained) over cohort as entered_with,
        lag(survival) over cohort as survived_before,
        lag(cycle) over cohort as previous_cycle,
        lag(is_pending) over cohort as was_pending,
        lead(cycle) over cohort as next_cycle
    from {{ ref('agg_cohort_retention') }}
    window cohort as (partition by {{ cohort_key() }} order by cycle)
)

select
    {{ cohort_key() }}, cycle, cohort_size, at_risk, retained, churned_voluntary, churned_involuntary, censored, survival, survived_before
from cycles
where at_risk <> retained + churned_voluntary + churned_involuntary + censored
    or at_risk <> coalesce(entered_with, cohort_size)
    or cycle <> coalesce(previous_cycle, 0) + 1
    or next_cycle is null and retained <> 0
    or next_cycle is not null and retained = 0
    or is_pending <> (survival is null) or was_pending and not is_pending
    or is_pending and retained <> 0
    or survival < 0 or survival > coalesce(survived_before, 1)
    or reactivated < 0 or mrr < 0 or starting_mrr <= 0
