{#-
What is contracted and not recognized, from the schedule: at the end of each period, and at `as_of` in the last one. Months are
counted from the month of that day. What is billed stands in deferred revenue, the rest is pending.
-#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

scheduled as (
    select
        schedule.account_id,
        schedule.currency,
        {{ period_number(local_date('components.effective_at')) }} as effective_number,
        {{ period_number(local_date('components.billed_at')) }} as billed_number,
        {{ period_number('schedule.service_month') }} as service_number,
        schedule.is_posted,
        sum(schedule.recognized_minor) as recognized_minor
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join {{ ref('fct_revenue_components') }} as components
        on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    group by all
),

periods as (
    select
        {{ period_number(local_date('starts_at')) }} as period_number,
        case when ends_at <= {{ as_of }} then {{ days_after(local_date('ends_at'), -1) }} else {{ local_date(as_of) }} end as as_of_date,
        row_number() over (order by starts_at desc) = 1 as is_last
    from {{ ref('dim_periods') }}
),

remaining as (
    select
        scheduled.account_id,
        scheduled.currency,
        periods.as_of_date,
        case when scheduled.service_number - periods.period_number <= 12 then '<=12'
            when scheduled.service_number - periods.period_number <= 24 then '13-24' else '>24' end as band,
        scheduled.recognized_minor,
        coalesce(scheduled.billed_number <= periods.period_number, false) as is_billed
    from scheduled
    inner join periods
        on scheduled.effective_number <= periods.period_number
        and case when periods.is_last then not scheduled.is_posted else scheduled.service_number > periods.period_number end
),

bands as (
    select '<=12' as band
    union all
    select '13-24'
    union all
    select '>24'
),

looks as (
    select distinct account_id, currency, as_of_date from remaining
)

select
    looks.account_id,
    looks.currency,
    looks.as_of_date,
    bands.band,
    cast(coalesce(sum(remaining.recognized_minor), 0) as bigint) as amount_minor,
    cast(coalesce(sum(case when remaining.is_billed then remaining.recognized_minor end), 0) as bigint) as deferred_minor,
    cast(coalesce(sum(case when not remaining.is_billed then remaining.recognized_minor end), 0) as bigint) as pending_minor
from looks
cross join bands
left join remaining
    on looks.account_id = remaining.account_id and looks.currency = remaining.currency
    and looks.as_of_date = remaining.as_of_date and bands.band = remaining.band
group by looks.account_id, looks.currency, looks.as_of_date, bands.band
