{#- Customers at the start of each month and of each quarter that ends with a month, and who of them left in it, by what they have in common. -#}
{%- set dimensions = churn_dimensions() -%}
with

exposures as (
    select * from {{ ref('int_churn_exposures') }}
),

-- the months and quarters that churn ended: by the month they opened with, and when the customer left first
losses as (
    select account_id, customer_id, currency, month_number, min(lost_number) as lost_number
    from (
        {%- for ago in [0, 1, 2] %}
        select account_id, customer_id, currency, {{ month_number('month') }} - {{ ago }} as month_number, {{ month_number('month') }} as lost_number
        from {{ ref('fct_churn_events') }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as ended  -- noqa: ST05
    group by account_id, customer_id, currency, month_number
),

changes as (
    select account_id, currency, {{ dimensions | join(', ') }}, first_number as month_number, 1 as customers, 0 as lost_in_1, 0 as lost_in_3
    from exposures
    union all
    select account_id, currency, {{ dimensions | join(', ') }}, last_number + 1, -1, 0, 0
    from exposures
    union all
    select
        exposures.account_id, exposures.currency,
        {%- for dimension in dimensions %}
        exposures.{{ dimension }},
        {%- endfor %}
        losses.month_number, 0, case when losses.lost_number = losses.month_number then 1 else 0 end, 1
    from exposures
    inner join losses
        on exposures.account_id = losses.account_id and exposures.customer_id = losses.customer_id
        and exposures.currency = losses.currency and losses.month_number between exposures.first_number and exposures.last_number
),

moved as (
    {%- for dimension in dimensions %}
    select
        account_id, currency, '{{ dimension }}' as dimension, {{ dimension }} as cell, month_number,
        sum(customers) as customers, sum(lost_in_1) as lost_in_1, sum(lost_in_3) as lost_in_3
    from changes
    group by account_id, currency, {{ dimension }}, month_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

observed as (
    select account_id, last_whole_month_number from {{ ref('int_accounts_observed') }}
),

-- months of cells, not of customers
months as (
    select account_id, currency, dimension, cell, month_number, customers, lost_in_1, lost_in_3
    from moved
    union all
    select
        moved.account_id, moved.currency, moved.dimension, moved.cell,
        {{ each_of(numbers_between('min(moved.month_number)', 'max(observed.last_whole_month_number)')) }}, 0, 0, 0
    from moved
    inner join observed on moved.account_id = observed.account_id
    group by moved.account_id, moved.currency, moved.dimension, moved.cell
),

opened as (
    select
        account_id, currency, dimension, cell, month_number,
        sum(sum(customers)) over (
            partition by account_id, currency, dimension, cell order by month_number rows between unbounded preceding and current row
        ) as customers,
        sum(lost_in_1) as lost_in_1,
        sum(lost_in_3) as lost_in_3
    from months
    group by account_id, currency, dimension, cell, month_number
)

{%- for kind, length in [('month', 1), ('quarter', 3)] %}
{{ 'union all' if not loop.first }}
select
    opened.account_id, opened.currency, '{{ kind }}' as period_kind, {{ length }} as period_months,
    opened.month_number + {{ length - 1 }} as month_number, opened.dimension, opened.cell, opened.customers,
    opened.lost_in_{{ length }} as churned
from opened
inner join observed on opened.account_id = observed.account_id
where opened.customers > 0 and opened.month_number + {{ length - 1 }} <= observed.last_whole_month_number
{%- endfor %}
