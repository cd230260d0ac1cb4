{#- What each customer used in a month. A row whose customer is not known still names the subscription item that it belongs to. -#}
with

items as (
    select items.account_id, items.subscription_item_id, subscriptions.customer_id
    from {{ ref('stg_stripe__subscription_items') }} as items
    inner join {{ ref('stg_stripe__subscriptions') }} as subscriptions
        on items.account_id = subscriptions.account_id and items.subscription_id = subscriptions.subscription_id
)

select
    usage.account_id,
    coalesce(keys.customer_id, items.customer_id) as customer_id,
    usage.usage_month,
    cast(sum(usage.quantity) as bigint) as quantity,
    cast(max(usage.active_days) as bigint) as active_days
from {{ ref('stg_business__product_usage') }} as usage
left join {{ ref('int_customer_keys') }} as keys
    on usage.account_id = keys.account_id and usage.customer_id = keys.customer_key
left join items
    on usage.account_id = items.account_id and usage.subscription_item_id = items.subscription_item_id
where usage.usage_month <= {{ local_date("timestamptz '" ~ run_value('as_of') ~ "'") }}
group by usage.account_id, coalesce(keys.customer_id, items.customer_id), usage.usage_month
