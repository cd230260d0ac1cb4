{#-
Each month that a customer entered with recurring revenue, with the plan that was worth most then. Months that are not over are
left out: half a month cannot be compared with a whole one.
-#}
{%- set last_month = '(' ~ month_number(local_date("timestamptz '" ~ run_value('as_of') ~ "'")) ~ ' - 1)' -%}
with

changes as (
    select
        account_id, customer_id, currency, price_id, billing_interval, {{ month_number('month') }} as month_number, sum(change) as change
    from {{ ref('int_mrr_legs') }}
    group by account_id, customer_id, currency, price_id, billing_interval, {{ month_number('month') }}
),

stairs as (
    select
        *,
        sum(change) over (partition by account_id, customer_id, currency, price_id, billing_interval order by month_number
            rows between unbounded preceding and current row) as mrr,
        lead(month_number) over (
            partition by account_id, customer_id, currency, price_id, billing_interval order by month_number
        ) as next_number
    from changes
),

openings as (
    select
        account_id, customer_id, currency, price_id, billing_interval, mrr,
        {{ each_of(numbers_between('month_number + 1', 'coalesce(least(next_number, ' ~ last_month ~ '), ' ~ last_month ~ ')')) }} as month_number
    from stairs
    where mrr > 0
),

plans as (
    select
        *,
        row_number() over (
            partition by account_id, customer_id, currency, month_number order by mrr desc, price_id, billing_interval
        ) as place
    from openings
)

select account_id, customer_id, currency, month_number, price_id, billing_interval
from plans
where place = 1
