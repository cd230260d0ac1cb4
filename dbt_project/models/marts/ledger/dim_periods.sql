with

periods as (
    select period_id, min(posting_date) as first_day from {{ ref('int_periods__days') }} group by period_id
),

-- a period that has begun is a whole one, also where the history begins or `as_of` lies inside it
whole_periods as (
    select period_id, {{ month_start('first_day') }} as first_day, {{ next_month_start('first_day') }} as next_day
    from periods
)

select
    period_id,
    {{ local_midnight('first_day') }} as starts_at,
    {{ local_midnight('next_day') }} as ends_at,
    'open' as status
from whole_periods
