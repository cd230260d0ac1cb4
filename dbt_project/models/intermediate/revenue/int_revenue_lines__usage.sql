{#-
Metered use, earned on the day of use and not billed yet; and, when an invoice bills its period, its end as unbilled: the
line of the invoice takes its place, and what that leaves out is never billed. What a record adds depends on how its price sums up a period.
-#}
with

prices as (
    select
        account_id, price_id, product_id, currency, aggregate_usage,
        coalesce(unit_amount_decimal_minor, unit_amount_minor) as unit_minor
    from {{ ref('stg_stripe__prices') }}
    where usage_type = 'metered' and billing_scheme = 'per_unit' and quantity_divisor is null
),

items as (
    select
        items.account_id, items.subscription_item_id, prices.price_id, prices.product_id, prices.currency, prices.aggregate_usage,
        prices.unit_minor, subscriptions.customer_id
    from {{ ref('stg_stripe__subscription_items') }} as items
    inner join prices on items.account_id = prices.account_id and items.price_id = prices.price_id
    left join {{ ref('stg_stripe__subscriptions') }} as subscriptions
        on items.account_id = subscriptions.account_id and items.subscription_id = subscriptions.subscription_id
),

billed as (
    select * from {{ ref('int_revenue_lines__invoiced') }} where is_metered and service_start_at < service_end_at
),

-- use after the last invoice belongs to a period that is still open
used as (
    select
        items.account_id, items.subscription_item_id, items.price_id, items.product_id, items.currency, items.aggregate_usage, items.unit_minor,
        items.customer_id, records.usage_record_id, records.quantity, records.used_at, records.recorded_at,
        coalesce(
            min(billed.service_end_at), timestamptz '{{ run_value("as_of") }}' + interval '1 day'
        ) as period_end_at
    from {{ ref('stg_stripe__usage_records') }} as records
    inner join items on records.account_id = items.account_id and records.subscription_item_id = items.subscription_item_id
    left join billed
        on records.account_id = billed.account_id and records.subscription_item_id = billed.subscription_item_id
        and records.used_at >= billed.service_start_at and records.used_at < billed.service_end_at
    where not records.is_deleted and records.used_at <= timestamptz '{{ run_value("as_of") }}'
    group by items.account_id, items.subscription_item_id, items.price_id, items.product_id, items.currency, items.aggregate_usage, items.unit_minor,
        items.customer_id, records.usage_record_id, records.quantity, records.used_at, records.recorded_at
),

summed as (
    select
        *,
        case aggregate_usage
            when 'max' then max(quantity) over in_order
            when 'last_during_period' then quantity
            when 'last_ever' then quantity
            else sum(quantity) over in_order
        end as total
    from used
    window in_order as (partition by account_id, subscription_item_id, period_end_at order by used_at, usage_record_id)
),

valued as (
    select
        *,
        {{ money_of('total', 'unit_minor') }} as total_minor,
        lag({{ money_of('total', 'unit_minor') }}, 1, 0) over (
            partition by account_id, subscription_item_id, period_end_at order by used_at, usage_record_id
        ) as earlier_minor
    from summed
),

ended as (
    select
        billed.account_id, billed.bill_id, billed.component_id, billed.source_object_id, billed.customer_id, billed.product_id, billed.price_id,
        billed.subscription_item_id, billed.invoice_id, billed.currency, billed.billed_at, billed.recorded_at,
        sum(valued.total_minor - valued.earlier_minor) as amount_minor
    from billed
    inner join valued
        on billed.account_id = valued.account_id and billed.subscription_item_id = valued.subscription_item_id
        and billed.service_start_at <= valued.used_at and billed.service_end_at > valued.used_at
    group by
        billed.account_id, billed.bill_id, billed.component_id, billed.source_object_id, billed.customer_id, billed.product_id, billed.price_id,
        billed.subscription_item_id, billed.invoice_id, billed.currency, billed.billed_at, billed.recorded_at
)

select
    account_id, 'usage' as bill_kind, subscription_item_id as bill_id, usage_record_id as component_id, 'usage' as kind,
    usage_record_id as source_object_id, customer_id, product_id, price_id, subscription_item_id, 1 as quantity, true as is_metered,
    cast(null as varchar) as invoice_id, cast(null as varchar) as description, currency,
    cast(total_minor - earlier_minor as bigint) as amount_minor, 0 as tax_minor,
    used_at as service_start_at, used_at as service_end_at, used_at as booked_at, cast(null as timestamptz) as billed_at, recorded_at
from valued
where total_minor <> earlier_minor
union all
select
    account_id, 'usage', bill_id, concat(component_id, ':used'), 'usage_billed', source_object_id, customer_id, product_id, price_id,
    subscription_item_id, 1, true, null, null, currency, cast(-amount_minor as bigint), 0,
    billed_at, billed_at, billed_at, null, recorded_at
from ended
where amount_minor <> 0
