{#-
What invoices and pending invoice items tell of the terms of a subscription item: from when which price and quantity were
billed. A credit without a charge tells only that something changed.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

invoices as (
    select account_id, invoice_id, subscription_id, finalized_at from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and finalized_at <= {{ as_of }}
),

items as (
    select account_id, invoice_item_id, invoice_id, subscription_id, subscription_item_id from {{ ref('stg_stripe__invoice_items') }}
),

billed as (
    select
        lines.account_id,
        coalesce(
            lines.subscription_id, case when lines.source_type = 'subscription' then lines.source_object_id end,
            lines.invoice_item_subscription_id, items.subscription_id, invoices.subscription_id
        ) as subscription_id,
        coalesce(lines.subscription_item_id, items.subscription_item_id) as subscription_item_id,
        coalesce(lines.price_id, lines.plan_id) as price_id,
        coalesce(lines.quantity, 1) as quantity,
        lines.amount_minor,
        lines.currency,
        coalesce(lines.is_proration, false) as is_proration,
        lines.period_start_at,
        lines.period_end_at,
        invoices.finalized_at as told_at,
        lines.invoice_line_item_id as source_object_id,
        'invoice_line' as source
    from {{ ref('stg_stripe__invoice_line_items') }} as lines
    inner join invoices on lines.account_id = invoices.account_id and lines.invoice_id = invoices.invoice_id
    left join items on lines.account_id = items.account_id and lines.invoice_item_id = items.invoice_item_id
    where not lines.is_deleted
    union all
    -- a proration that waits for its invoice dates a change already
    select
        pending.account_id, pending.subscription_id, pending.subscription_item_id, coalesce(pending.price_id, pending.plan_id),
        coalesce(pending.quantity, 1), pending.amount_minor, pending.currency, true, pending.period_start_at, pending.period_end_at,
        pending.created_at, pending.invoice_item_id, 'invoice_item'
    from {{ ref('stg_stripe__invoice_items') }} as pending
    left join invoices on pending.account_id = invoices.account_id and pending.invoice_id = invoices.invoice_id
    where not pending.is_deleted and pending.is_proration and invoices.invoice_id is null and pending.created_at <= {{ as_of }}
),

-- a line that names no item is that of the item with its price, else of an item of its own
named as (
    select account_id, subscription_id, coalesce(price_id, plan_id) as price_id, min(subscription_item_id) as subscription_item_id
    from {{ ref('stg_stripe__subscription_items') }}
    group by account_id, subscription_id, coalesce(price_id, plan_id)
)

select
    billed.account_id,
    billed.subscription_id,
    coalesce(billed.subscription_item_id, named.subscription_item_id, concat(billed.subscription_id, ':', billed.price_id)) as subscription_item_id,
    billed.price_id,
    billed.quantity,
    billed.amount_minor,
    billed.currency,
    billed.is_proration,
    billed.is_proration and billed.amount_minor < 0 as is_credit,
    billed.period_start_at,
    billed.period_end_at,
    billed.told_at,
    billed.source_object_id,
    billed.source
from billed
inner join {{ ref('int_subscription_prices') }} as prices
    on billed.account_id = prices.account_id and billed.price_id = prices.price_id and not prices.is_metered
left join named
    on billed.account_id = named.account_id and billed.subscription_id = named.subscription_id and billed.price_id = named.price_id
where billed.subscription_id is not null and billed.period_start_at < billed.period_end_at
