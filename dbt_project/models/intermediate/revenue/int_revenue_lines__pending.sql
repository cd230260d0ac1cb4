{#- Invoice items with a period of service that no finalized invoice bills: earned, and not billed; deleted ones too, until then. -#}
with

open_invoices as (
    select account_id, invoice_id from {{ ref('stg_stripe__invoices') }}
    where is_deleted or (status = 'draft' or finalized_at > timestamptz '{{ run_value("as_of") }}')
),

-- an item may be older than the invoice that bills it, when their files were made at different times
billed as (
    select distinct account_id, component_id from {{ ref('int_revenue_lines__invoiced') }}
),

prices as (
    select account_id, price_id, product_id from {{ ref('stg_stripe__prices') }}
)

select
    items.account_id,
    'pending_item' as bill_kind,
    items.invoice_item_id as bill_id,
    items.invoice_item_id as component_id,
    'pending_item' as kind,
    items.invoice_item_id as source_object_id,
    items.customer_id,
    coalesce(items.product_id, prices.product_id) as product_id,
    items.price_id,
    items.subscription_item_id,
    coalesce(items.quantity, 1) as quantity,
    false as is_metered,
    cast(null as varchar) as invoice_id,
    items.description,
    items.currency,
    coalesce(items.net_amount_minor, items.amount_minor) as amount_minor,
    0 as tax_minor,
    items.period_start_at as service_start_at,
    items.period_end_at as service_end_at,
    items.created_at as booked_at,
    cast(null as timestamptz) as billed_at,
    items.recorded_at
from {{ ref('stg_stripe__invoice_items') }} as items
left join open_invoices on items.account_id = open_invoices.account_id and items.invoice_id = open_invoices.invoice_id
left join billed on items.account_id = billed.account_id and items.invoice_item_id = billed.component_id
left join prices on items.account_id = prices.account_id and items.price_id = prices.price_id
where items.created_at <= timestamptz '{{ run_value("as_of") }}'
    and items.period_start_at < items.period_end_at
    and billed.component_id is null
    and (items.invoice_id is null or items.is_deleted or open_invoices.invoice_id is not null)
