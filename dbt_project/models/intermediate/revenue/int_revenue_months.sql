{#- Every period (a month, or weeks of a fiscal year) that a component touches, with the instants at which it begins and ends in `reporting_timezone`. -#}
with

bounds as (
    select
        min(least(first_month_number, takes_effect_month_number)) as first_month_number,
        max(greatest(last_month_number, takes_effect_month_number)) as last_month_number
    from {{ ref('fct_revenue_components') }}
),

numbers as (
    select {{ each_of(numbers_between('first_month_number', 'last_month_number')) }} as month_number
    from bounds
    where first_month_number is not null
),

months as (
    select
        month_number,
        {{ period_first_day('month_number') }} as service_month,
        {{ local_midnight(period_first_day('month_number')) }} as starts_at,
        {{ local_midnight(period_first_day('month_number + 1')) }} as ends_at
    from numbers
)

select
    month_number,
    service_month,
    {{ period_text('service_month') }} as period_id,
    starts_at,
    ends_at,
    {{ one_second_before('ends_at') }} as last_at,
    {{ seconds_of('starts_at') }} as starts_unit,
    {{ seconds_of('ends_at') }} as ends_unit
from months
