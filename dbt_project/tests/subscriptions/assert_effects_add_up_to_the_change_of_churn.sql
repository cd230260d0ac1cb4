{{ config(meta={'dagster': {'ref': {'name': 'agg_churn_diagnosis'}}}) }}
-- Guards the diagnosis: the effects of every dimension add up to the change of the churn rate, to the last of twelve decimals, and every
-- dimension speaks of the same customers. A customer in two cells, or in none, would explain churn that was not there.
with

dimensions as (
    select
        account_id, currency, period_kind, period_start, dimension,
        sum(mix_effect + rate_effect) as effects,
        max(total_change) as change,
        min(total_change) as least_change,
        sum(customers) as customers, sum(churned) as churned,
        sum(customers_before) as customers_before, sum(churned_before) as churned_before,
        count(case when effect <> mix_effect + rate_effect then 1 end) as wrong_effects
    from {{ ref('agg_churn_diagnosis') }}
    group by account_id, currency, period_kind, period_start, dimension
)

select
    account_id, currency, period_kind, period_start
from dimensions
group by account_id, currency, period_kind, period_start
having count(*) <> {{ churn_dimensions() | length }}
    or max(abs(effects - change)) <> 0 or max(change) <> min(least_change) or max(wrong_effects) <> 0
    or max(customers) <> min(customers) or max(churned) <> min(churned)
    or max(customers_before) <> min(customers_before) or max(churned_before) <> min(churned_before)
    -- beside an independent way: rates of all, to six decimals
    or abs(min(change) - ({{ fraction('min(churned)', 'min(customers)') }} - {{ fraction('min(churned_before)', 'min(customers_before)') }})) > 0.000001
