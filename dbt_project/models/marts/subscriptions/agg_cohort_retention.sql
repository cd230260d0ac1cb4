with recursive

cycles as (
    select * from {{ ref('int_cohort_cycles') }}
),

-- Kaplan-Meier: of those who entered a cycle the share that was not lost in it, times what survived before
survived as (
    select cohort_id, cycle, {{ survived_share(share_units(), 'churned_voluntary + churned_involuntary', 'at_risk') }} as units
    from cycles
    where cycle = 1
    union all
    select cycles.cohort_id, cycles.cycle,
        {{ survived_share('survived.units', 'cycles.churned_voluntary + cycles.churned_involuntary', 'cycles.at_risk') }}
    from survived
    inner join cycles on survived.cohort_id = cycles.cohort_id and survived.cycle + 1 = cycles.cycle
)

select
    cycles.account_id,
    cycles.currency,
    cycles.cohort_month,
    cycles.billing_interval,
    cycles.trial_bucket,
    cycles.payment_pattern,
    cast(cycles.cycle as bigint) as cycle,
    {%- for name in ['cohort_size', 'at_risk', 'retained', 'churned_voluntary', 'churned_involuntary', 'censored', 'reactivated'] %}
    cast(cycles.{{ name }} as bigint) as {{ name }},
    {%- endfor %}
    cycles.is_pending,
    case when not cycles.is_pending then {{ share_of_units('survived.units') }} end as survival,
    cast(case when not cycles.is_pending then cycles.starting_mrr end as decimal(18, 4)) as starting_mrr,
    cast(case when not cycles.is_pending then cycles.mrr end as decimal(18, 4)) as mrr,
    case when not cycles.is_pending then {{ fraction('cycles.mrr', 'cycles.starting_mrr') }} end as mrr_retention
from cycles
inner join survived on cycles.cohort_id = survived.cohort_id and cycles.cycle = survived.cycle
