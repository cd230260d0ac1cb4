{#-
Who could leave in a month, when each next did within three months, and what was known of it before: nothing of what
is told here happened later, but for payments of the first 90 days, which sort the newest customers by what followed.
-#}
with

plans as (
    select * from {{ ref('int_churn_openings') }}
),

losses as (
    select plans.account_id, plans.customer_id, plans.currency, plans.month_number, min({{ month_number('churns.month') }}) as lost_number
    from plans
    inner join {{ ref('fct_churn_events') }} as churns
        on plans.account_id = churns.account_id and plans.customer_id = churns.customer_id and plans.currency = churns.currency
        and {{ month_number('churns.month') }} between plans.month_number and plans.month_number + 2
    group by plans.account_id, plans.customer_id, plans.currency, plans.month_number
),

used as (
    select account_id, customer_id, {{ month_number('usage_month') }} as month_number, sum(quantity) as quantity
    from {{ ref('int_customer_usage') }}
    group by account_id, customer_id, {{ month_number('usage_month') }}
),

asked as (
    select account_id, customer_id, {{ month_number('month') }} as month_number, sum(ticket_count) as tickets
    from {{ ref('int_customer_tickets') }}
    group by account_id, customer_id, {{ month_number('month') }}
),

-- the months that the files of a tenant speak of; outside them nothing is known
spans as (
    select account_id, min(month_number) as first_number, max(month_number) as last_number, 'usage' as source from used group by account_id
    union all
    select account_id, min(month_number), max(month_number), 'tickets' from asked group by account_id
),

helped as (
    select plans.account_id, plans.customer_id, plans.currency, plans.month_number, sum(asked.tickets) as tickets
    from plans
    inner join asked
        on plans.account_id = asked.account_id and plans.customer_id = asked.customer_id
        and asked.month_number between plans.month_number - 3 and plans.month_number - 1
    group by plans.account_id, plans.customer_id, plans.currency, plans.month_number
),

first_used as (
    select account_id, customer_id, min(month_number) as month_number from used group by account_id, customer_id
)

select
    plans.account_id, plans.customer_id, plans.currency, plans.month_number, losses.lost_number,
    plans.billing_interval,
    plans.price_id as plan,
    members.trial_bucket as trial,
    members.payment_pattern,
    coalesce(nullif(upper(customers.country), ''), 'unknown') as country,
    coalesce(customers.acquisition_channel, 'unknown') as channel,
    case
        when usage_span.account_id is null or plans.month_number - 1 not between usage_span.first_number and usage_span.last_number
            or first_used.month_number is null or first_used.month_number >= plans.month_number then 'unknown'
        when coalesce(last_month.quantity, 0) = 0 then 'none'
        when last_month.quantity * 2 < coalesce(month_before.quantity, 0) then 'falling'
        else 'steady'
    end as usage,
    case
        when ticket_span.account_id is null or ticket_span.first_number > plans.month_number - 1
            or ticket_span.last_number < plans.month_number - 3 then 'unknown'
        when coalesce(helped.tickets, 0) = 0 then 'no tickets'
        when helped.tickets = 1 then '1 ticket'
        else '2 or more tickets'
    end as support
from plans
left join {{ ref('int_cohort_members') }} as members
    on plans.account_id = members.account_id and plans.customer_id = members.customer_id and plans.currency = members.currency
left join {{ ref('dim_customers') }} as customers
    on plans.account_id = customers.account_id and plans.customer_id = customers.customer_id
{%- for other in ['losses', 'helped'] %}
left join {{ other }}
    on plans.account_id = {{ other }}.account_id and plans.customer_id = {{ other }}.customer_id
    and plans.currency = {{ other }}.currency and plans.month_number = {{ other }}.month_number
{%- endfor %}
{%- for other, ago in [('last_month', 1), ('month_before', 2)] %}
left join used as {{ other }}
    on plans.account_id = {{ other }}.account_id and plans.customer_id = {{ other }}.customer_id
    and plans.month_number - {{ ago }} = {{ other }}.month_number
{%- endfor %}
left join first_used on plans.account_id = first_used.account_id and plans.customer_id = first_used.customer_id
left join spans as usage_span on plans.account_id = usage_span.account_id and usage_span.source = 'usage'
left join spans as ticket_span on plans.account_id = ticket_span.account_id and ticket_span.source = 'tickets'
