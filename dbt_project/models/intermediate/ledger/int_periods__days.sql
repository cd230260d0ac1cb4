{#- Every day from the first that is posted to the day of `as_of`, with its accounting period. -#}
with

first_days as (
    select min(reporting_date) as day from {{ ref('fct_transactions') }}
    union all
    select min(arrival_date) from {{ ref('int_ledger__payout_arrivals') }}
    union all
    select min(booked_date) from {{ ref('int_ledger__matched_lines') }}
    union all
    select min({{ local_date('booked_at') }}) from {{ ref('fct_revenue_components') }}
    union all
    select min({{ local_date('effective_at') }}) from {{ ref('int_billing__legs') }}
    union all
    select min(service_month) from {{ ref('fct_revenue_schedule') }} where is_posted
    union all
    select min(opening_date) from {{ ref('int_opening_balances') }}
    union all
    select min(opening_date) from {{ ref('int_opening_schedules') }}
    union all
    select min(posting_date) from {{ ref('int_ledger__frozen_postings') }}
),

bounds as (
    select min(day) as first_day, {{ local_date("timestamptz '" ~ run_value("as_of") ~ "'") }} as last_day
    from first_days
),

days as (
    select {{ each_of(days_from('first_day', 'last_day')) }} as posting_date
    from bounds
    where first_day is not null
)

select posting_date, {{ period_text('posting_date') }} as period_id
from days
