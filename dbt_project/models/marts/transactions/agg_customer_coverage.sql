{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

customers as (
    select
        account_id, count(*) as customers,
        count(acquisition_channel) as marketing_attribution,
        count(last_usage_month) as product_usage,
        count(case when ticket_count > 0 then 1 end) as support_tickets
    from {{ ref('dim_customers') }}
    group by account_id
),

received as (
    {%- for file, at in [
        ('marketing_attribution', "attributed_at <= " ~ as_of), ('product_usage', "usage_month <= " ~ local_date(as_of)),
        ('support_tickets', "opened_at <= " ~ as_of)] %}
    select '{{ file }}' as source, account_id, customer_id as customer_key,
        {{ 'subscription_item_id' if file == 'product_usage' else 'cast(null as varchar)' }} as subscription_item_id
    from {{ ref('stg_business__' ~ file) }}
    where {{ at }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

items as (
    select items.account_id, items.subscription_item_id
    from {{ ref('stg_stripe__subscription_items') }} as items
    inner join {{ ref('stg_stripe__subscriptions') }} as subscriptions
        on items.account_id = subscriptions.account_id and items.subscription_id = subscriptions.subscription_id
),

resolved as (
    select
        received.source, received.account_id,
        case
            when keys.customer_id is not null then keys.evidence
            when items.subscription_item_id is not null then 'item'
            when trim(coalesce(received.customer_key, '')) = '' then 'unnamed'
            else keys.evidence
        end as evidence
    from received
    left join {{ ref('int_customer_keys') }} as keys
        on received.account_id = keys.account_id and received.customer_key = keys.customer_key
    left join items
        on received.account_id = items.account_id and received.subscription_item_id = items.subscription_item_id
),

counted as (
    select
        source, account_id, count(*) as row_count,
        {%- for evidence in ['id', 'email', 'item', 'ambiguous_email', 'unnamed', 'unknown'] %}
        count(case when evidence = '{{ evidence }}' then 1 end) as rows_{{ evidence }}{{ ',' if not loop.last }}
        {%- endfor %}
    from resolved
    group by source, account_id
),

{%- for source in ['marketing_attribution', 'product_usage', 'support_tickets'] %}

{{ source }} as (
    select
        coalesce(customers.account_id, counted.account_id) as account_id, '{{ source }}' as source,
        coalesce(customers.customers, 0) as customers, coalesce(customers.{{ source }}, 0) as covered_customers,
        counted.row_count, counted.rows_id, counted.rows_email, counted.rows_item, counted.rows_ambiguous_email,
        counted.rows_unnamed, counted.rows_unknown
    from customers
    full outer join (select * from counted where source = '{{ source }}') as counted on customers.account_id = counted.account_id  -- noqa: ST05
),
{%- endfor %}

sources as (
    select * from marketing_attribution
    union all
    select * from product_usage
    union all
    select * from support_tickets
)

select
    account_id,
    source,
    cast(customers as bigint) as customers,
    cast(covered_customers as bigint) as covered_customers,
    {{ fraction('covered_customers', 'customers') }} as coverage,
    {%- for name in ['row_count', 'rows_id', 'rows_email', 'rows_item', 'rows_ambiguous_email', 'rows_unnamed', 'rows_unknown'] %}
    cast(coalesce({{ name }}, 0) as bigint) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from sources
