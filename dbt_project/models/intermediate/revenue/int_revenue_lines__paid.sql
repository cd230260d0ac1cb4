{#- What no invoice bills: payments by themselves, less what a destination charge passes on, and application fees. -#}
with

movements as (
    select * from {{ ref('int_revenue_movements') }}
),

charges as (
    select account_id, charge_id, description from {{ ref('stg_stripe__charges') }}
),

paid as (
    select
        account_id, sold_id, max(charge_id) as charge_id, max(customer_id) as customer_id, max(flow_type) as flow_type, max(transfer_id) as transfer_id,
        currency, max(presentment_currency) as presentment_currency,
        sum(gross_minor) as gross_minor, sum(presentment_minor) as presentment_minor,
        min(created_at) as created_at, min(recorded_at) as recorded_at
    from movements
    -- what was authorized and not captured was never sold
    where reporting_category in ('charge', 'partial_capture_reversal') and invoice_id is null
    group by account_id, sold_id, currency
),

-- a destination charge sells for somebody else: what is passed on at once is theirs
passed_on as (
    select account_id, transfer_id, currency, sum(gross_minor) as gross_minor
    from movements
    where reporting_category = 'transfer' and flow_type = 'destination'
    group by account_id, transfer_id, currency
),

sold as (
    select
        paid.*,
        paid.gross_minor + coalesce(passed_on.gross_minor, 0) as net_minor,
        passed_on.transfer_id is not null as is_passed_on
    from paid
    left join passed_on
        on paid.account_id = passed_on.account_id and paid.transfer_id = passed_on.transfer_id
        and paid.currency = passed_on.currency and paid.flow_type = 'destination'
)

select
    sold.account_id,
    'payment' as bill_kind,
    sold.sold_id as bill_id,
    sold.sold_id as component_id,
    'payment' as kind,
    sold.sold_id as source_object_id,
    sold.customer_id,
    charges.description,
    case when sold.is_passed_on then sold.currency else sold.presentment_currency end as currency,
    case when sold.is_passed_on then sold.net_minor else sold.presentment_minor end as amount_minor,
    sold.currency as books_currency,
    sold.net_minor as books_minor,
    sold.is_passed_on,
    sold.created_at as booked_at,
    sold.recorded_at
from sold
left join charges on sold.account_id = charges.account_id and sold.charge_id = charges.charge_id
union all
select
    account_id, 'application_fee', sold_id, sold_id, 'application_fee', sold_id, max(customer_id),
    null, currency, sum(gross_minor), currency, sum(gross_minor), false, min(created_at), min(recorded_at)
from movements
where reporting_category = 'platform_earning'
group by account_id, sold_id, currency
