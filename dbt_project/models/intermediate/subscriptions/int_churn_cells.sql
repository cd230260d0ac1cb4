{#- Customers at the start of each month and of each quarter that ends with a month, and who of them left in it, by what they have in common. -#}
{%- set dimensions = churn_dimensions() -%}
{%- set last_month = '(' ~ month_number(local_date("timestamptz '" ~ run_value('as_of') ~ "'")) ~ ' - 1)' -%}
with

exposures as (
    select * from {{ ref('int_churn_exposures') }}
),

cells as (
    {%- for dimension in dimensions %}
    {%- for kind, length in [('month', 1), ('quarter', 3)] %}
    select
        account_id, currency, '{{ kind }}' as period_kind, {{ length }} as period_months, month_number + {{ length - 1 }} as month_number,
        '{{ dimension }}' as dimension, {{ dimension }} as cell,
        count(*) as customers,
        count(case when lost_number < month_number + {{ length }} then 1 end) as churned
    from exposures
    group by account_id, currency, month_number, {{ dimension }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from cells
where month_number <= {{ last_month }}
