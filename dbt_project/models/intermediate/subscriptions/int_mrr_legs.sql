{#- Each change of an item as what leaves and what comes: another price or currency moves revenue from one place to the other. -#}
with

legs as (
    select
        account_id, customer_id, subscription_id, subscription_item_id, effective_at, reason,
        previous_currency as currency, previous_price_id as price_id, previous_product_id as product_id,
        previous_interval as billing_interval, previous_interval_count as billing_interval_count, -mrr_before as change
    from {{ ref('int_mrr_changes') }}
    where mrr_before <> 0
    union all
    select
        account_id, customer_id, subscription_id, subscription_item_id, effective_at, reason,
        currency, price_id, product_id, billing_interval, billing_interval_count, mrr_after
    from {{ ref('int_mrr_changes') }}
    where mrr_after <> 0
)

select
    legs.account_id,
    legs.customer_id,
    legs.subscription_id,
    legs.subscription_item_id,
    legs.effective_at,
    {{ month_start(local_date('legs.effective_at')) }} as month,
    legs.reason,
    legs.currency,
    legs.price_id,
    legs.product_id,
    {{ interval_name('legs.billing_interval', 'legs.billing_interval_count') }} as billing_interval,
    customers.country,
    cast(legs.change as decimal(18, 4)) as change
from legs
left join {{ ref('stg_stripe__customers') }} as customers
    on legs.account_id = customers.account_id and legs.customer_id = customers.customer_id
