{#- Lines of finalized invoices, net of discount and of the tax inside them, as Stripe states both. -#}
with

invoices as (
    select * from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and finalized_at <= timestamptz '{{ run_value("as_of") }}'
),

taxes as (
    select
        account_id, invoice_id, invoice_line_item_id,
        sum(amount_minor) as tax_minor,
        sum(case when {{ tax_is_inclusive() }} then amount_minor else 0 end) as inclusive_minor
    from {{ ref('stg_stripe__invoice_line_item_tax_amounts') }}
    where not is_deleted
    group by account_id, invoice_id, invoice_line_item_id
),

discounts as (
    select account_id, invoice_id, invoice_line_item_id, sum(amount_minor) as discount_minor
    from {{ ref('stg_stripe__invoice_line_item_discount_amounts') }}
    where not is_deleted
    group by account_id, invoice_id, invoice_line_item_id
),

items as (
    select account_id, invoice_item_id, created_at from {{ ref('stg_stripe__invoice_items') }}
),

prices as (
    select account_id, price_id, product_id, usage_type from {{ ref('stg_stripe__prices') }}
),

lines as (
    select
        lines.*,
        -- an item that came back in a corrected invoice is the first one's only
        row_number() over (
            partition by lines.account_id, coalesce(lines.invoice_item_id, concat(lines.invoice_id, ':', lines.invoice_line_item_id))
            order by invoices.finalized_at, lines.invoice_id, lines.invoice_line_item_id
        ) = 1 as is_first,
        invoices.finalized_at,
        invoices.customer_id
    from {{ ref('stg_stripe__invoice_line_items') }} as lines
    inner join invoices on lines.account_id = invoices.account_id and lines.invoice_id = invoices.invoice_id
    where not lines.is_deleted
)

select
    lines.account_id,
    'invoice' as bill_kind,
    lines.invoice_id as bill_id,
    case when lines.invoice_item_id is not null and lines.is_first then lines.invoice_item_id
        else concat(lines.invoice_id, ':', lines.invoice_line_item_id) end as component_id,
    'invoice_line' as kind,
    lines.invoice_line_item_id as source_object_id,
    lines.customer_id,
    coalesce(lines.product_id, prices.product_id) as product_id,
    lines.price_id,
    lines.subscription_item_id,
    coalesce(lines.quantity, 1) as quantity,
    prices.usage_type = 'metered' as is_metered,
    lines.invoice_id,
    lines.description,
    lines.currency,
    lines.amount_minor - coalesce(lines.total_discount_minor, discounts.discount_minor, 0) - coalesce(taxes.inclusive_minor, 0)
        as amount_minor,
    coalesce(taxes.tax_minor, lines.total_exclusive_tax_minor, 0) as tax_minor,
    lines.period_start_at as service_start_at,
    lines.period_end_at as service_end_at,
    -- what Stripe kept pending was earned from the day it appeared
    case when lines.is_first and lines.period_start_at < lines.period_end_at
        then least(coalesce(items.created_at, lines.finalized_at), lines.finalized_at)
        else lines.finalized_at end as booked_at,
    lines.finalized_at as billed_at,
    lines.recorded_at
from lines
left join taxes
    on lines.account_id = taxes.account_id and lines.invoice_id = taxes.invoice_id
    and lines.invoice_line_item_id = taxes.invoice_line_item_id
left join discounts
    on lines.account_id = discounts.account_id and lines.invoice_id = discounts.invoice_id
    and lines.invoice_line_item_id = discounts.invoice_line_item_id
left join items on lines.account_id = items.account_id and lines.invoice_item_id = items.invoice_item_id
left join prices on lines.account_id = prices.account_id and lines.price_id = prices.price_id
