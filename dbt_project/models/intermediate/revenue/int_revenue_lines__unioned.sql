{#- Everything that was sold, line by line, before rules say how it is recognized; money also in the currency of its books. -#}
with

billed as (
    select * from {{ ref('int_revenue_lines__invoiced') }}
    union all
    select * from {{ ref('int_revenue_lines__pending') }}
    union all
    select * from {{ ref('int_revenue_lines__usage') }}
    union all
    select * from {{ ref('int_revenue_lines__opening') }}
)

select
    billed.account_id, billed.bill_kind, billed.bill_id, billed.component_id, billed.kind, billed.source_object_id,
    billed.customer_id, billed.product_id, billed.price_id, billed.subscription_item_id, billed.quantity, billed.is_metered, billed.invoice_id,
    billed.description, billed.currency, billed.amount_minor, billed.tax_minor,
    coalesce(rates.books_currency, billed.currency) as books_currency,
    coalesce(rates.books_part, 1) as books_part,
    coalesce(rates.own_part, 1) as own_part,
    billed.service_start_at, billed.service_end_at, billed.booked_at, billed.billed_at, billed.recorded_at,
    false as is_passed_on
from billed
left join {{ ref('int_revenue_rates') }} as rates
    on billed.account_id = rates.account_id and billed.invoice_id = rates.invoice_id
union all
select
    account_id, bill_kind, bill_id, component_id, kind, source_object_id, customer_id, null, null, null, 1, false, null,
    description, currency, amount_minor, 0, books_currency,
    case when currency = books_currency then 1 else books_minor end,
    case when currency = books_currency then 1 else amount_minor end,
    booked_at, booked_at, booked_at, booked_at, recorded_at, is_passed_on
from {{ ref('int_revenue_lines__paid') }}
