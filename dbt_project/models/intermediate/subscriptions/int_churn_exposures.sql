{#-
Who could leave, by runs of months in which all that may explain it stayed the same. Nothing of what is told here happened later
than the months opened, but for payments of the first 90 days, which sort the newest customers by what followed.
-#}
with

openings as (
    select
        openings.*,
        case when asking.customer_id is null then '' else openings.customer_id end as asking_customer_id
    from {{ ref('int_churn_openings') }} as openings
    left join (select distinct account_id, customer_id from {{ ref('int_churn_support') }}) as asking  -- noqa: ST05
        on openings.account_id = asking.account_id and openings.customer_id = asking.customer_id
),

{%- for told, before, after, customer in [('usage', 'openings', 'used', 'customer_id'), ('support', 'used', 'helped', 'asking_customer_id')] %}
{{ after }} as (
    select
        {{ all_but(['first_number', 'last_number'], before) }},
        coalesce(told.{{ told }}, 'unknown') as {{ told }},
        {{ overlap(before, 'told') }}
    from {{ before }}
    left join {{ ref('int_churn_' ~ told) }} as told
        on {{ before }}.account_id = told.account_id and {{ before }}.{{ customer }} = told.customer_id and {{ overlaps(before, 'told') }}
){{ ',' if not loop.last }}
{% endfor %}
select
    helped.account_id, helped.customer_id, helped.currency, helped.first_number, helped.last_number,
    helped.billing_interval,
    helped.price_id as plan,
    members.trial_bucket as trial,
    members.payment_pattern,
    coalesce(nullif(upper(customers.country), ''), 'unknown') as country,
    coalesce(customers.acquisition_channel, 'unknown') as channel,
    helped.usage,
    helped.support
from helped
left join {{ ref('int_cohort_members') }} as members
    on helped.account_id = members.account_id and helped.customer_id = members.customer_id and helped.currency = members.currency
left join {{ ref('dim_customers') }} as customers
    on helped.account_id = customers.account_id and helped.customer_id = customers.customer_id
