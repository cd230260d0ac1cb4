{#-
What changed of the recurring revenue of every item, and why. An end that a new subscription of the customer in that currency
follows within an hour counts at the beginning of the new one, so that both are one movement.
-#}
with

steps as (
    select
        mrr.*,
        lives.customer_id,
        lag(mrr.mrr) over item as previous_mrr,
        lag(mrr.currency) over item as previous_currency,
        lag(mrr.price_id) over item as previous_price_id,
        lag(mrr.product_id) over item as previous_product_id,
        lag(mrr.billing_interval) over item as previous_interval,
        lag(mrr.billing_interval_count) over item as previous_interval_count,
        lag(mrr.quantity) over item as previous_quantity,
        lag(mrr.is_alive) over item as was_alive,
        lag(mrr.is_counted) over item as was_counted
    from {{ ref('int_subscription_item_mrr') }} as mrr
    inner join {{ ref('int_subscription_lives') }} as lives
        on mrr.account_id = lives.account_id and mrr.subscription_id = lives.subscription_id
    window item as (partition by mrr.account_id, mrr.subscription_item_id order by mrr.effective_at)
),

changed as (
    select *
    from steps
    where coalesce(previous_mrr, 0) <> mrr
        or mrr <> 0 and (previous_price_id is distinct from price_id or previous_currency is distinct from currency)
),

drops as (
    select account_id, subscription_id, drop_at, min(case when unpaid_at = drop_at then 'unpaid' else 'past_due' end) as reason
    from {{ ref('int_subscription_spells') }}
    where drop_at is not null
    group by account_id, subscription_id, drop_at
),

reasoned as (
    select
        changed.*,
        case
            when coalesce(changed.previous_mrr, 0) = 0 then case
                when changed.was_alive is not true then 'start'
                when changed.was_counted is not true then 'recovered'
                when coalesce(changed.previous_quantity, 0) = 0 then 'item_added'
                else 'discount'
            end
            when changed.mrr = 0 and not changed.is_alive then 'ended'
            when changed.mrr = 0 and not changed.is_counted then coalesce(drops.reason, 'paused')
            when changed.mrr = 0 and changed.quantity = 0 then 'item_removed'
            when changed.previous_interval <> changed.billing_interval
                or changed.previous_interval_count <> changed.billing_interval_count then 'interval'
            when changed.previous_product_id <> changed.product_id then 'product'
            when changed.previous_price_id <> changed.price_id then 'price'
            when changed.previous_quantity <> changed.quantity then 'quantity'
            else 'discount'
        end as reason
    from changed
    left join drops
        on changed.account_id = drops.account_id and changed.subscription_id = drops.subscription_id and changed.effective_at = drops.drop_at
),

-- the next beginning, read from the end: frames of seconds would be searched for every row
followed as (
    select
        *,
        min(case when reason = 'start' then effective_at end) over (
            partition by account_id, customer_id, currency order by effective_at desc, reason desc
            rows between unbounded preceding and 1 preceding
        ) as followed_at
    from reasoned
)

select
    account_id,
    customer_id,
    subscription_id,
    subscription_item_id,
    effective_at as changed_at,
    case when reason = 'ended' and followed_at <= {{ seconds_later('effective_at', 3600) }} then followed_at else effective_at end as effective_at,
    reason,
    previous_currency,
    previous_price_id,
    previous_product_id,
    previous_interval,
    previous_interval_count,
    cast(coalesce(previous_mrr, 0) as decimal(18, 4)) as mrr_before,
    currency,
    price_id,
    product_id,
    billing_interval,
    billing_interval_count,
    mrr as mrr_after
from followed
