{#-
The plan that was worth most to a customer as months opened, told by runs of months in which it stayed the same: nothing is
multiplied by months. Months that were not watched to their end are left out.
-#}
{%- set customer = 'account_id, customer_id, currency' -%}
with

changes as (
    select {{ customer }}, price_id, billing_interval, {{ month_number('month') }} as month_number, sum(change) as change
    from {{ ref('int_mrr_legs') }}
    group by {{ customer }}, price_id, billing_interval, {{ month_number('month') }}
),

stairs as (
    select
        *,
        sum(change) over (partition by {{ customer }}, price_id, billing_interval order by month_number
            rows between unbounded preceding and current row) as mrr,
        lead(month_number) over (partition by {{ customer }}, price_id, billing_interval order by month_number) as next_number
    from changes
),

-- what moves within a month is seen as the next one opens
plans as (
    select
        stairs.account_id, stairs.customer_id, stairs.currency, stairs.price_id, stairs.billing_interval, stairs.mrr,
        stairs.month_number + 1 as first_number,
        least(coalesce(stairs.next_number, observed.last_whole_month_number), observed.last_whole_month_number) as last_number
    from stairs
    inner join {{ ref('int_accounts_observed') }} as observed on stairs.account_id = observed.account_id
    where stairs.mrr > 0 and stairs.month_number < observed.last_whole_month_number
),

edges as (
    select {{ customer }}, first_number from plans
    union
    select {{ customer }}, last_number + 1 from plans
),

runs as (
    select *, lead(first_number) over (partition by {{ customer }} order by first_number) - 1 as last_number
    from edges
),

ranked as (
    select
        runs.*, plans.price_id, plans.billing_interval,
        row_number() over (
            partition by runs.account_id, runs.customer_id, runs.currency, runs.first_number
            order by plans.mrr desc, plans.price_id, plans.billing_interval
        ) as place
    from runs
    inner join plans
        on runs.account_id = plans.account_id and runs.customer_id = plans.customer_id and runs.currency = plans.currency
        and runs.first_number between plans.first_number and plans.last_number
)

select {{ customer }}, first_number, last_number, price_id, billing_interval
from ranked
where place = 1
