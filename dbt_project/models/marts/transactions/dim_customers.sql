with

customers as (
    select
        account_id,
        customer_id,
        country,
        currency,
        tax_exempt,
        coalesce(is_delinquent, false) as is_delinquent,
        (is_deleted or coalesce(is_deleted_in_sigma, false)) as is_deleted,
        created_at
    from {{ ref('stg_stripe__customers') }}
    where coalesce(created_at, timestamptz '1970-01-01') <= timestamptz '{{ run_value("as_of") }}'
),

usage as (
    select
        account_id, customer_id, usage_month, quantity, active_days,
        row_number() over (partition by account_id, customer_id order by usage_month desc) as recency
    from {{ ref('int_customer_usage') }}
    where customer_id is not null
),

tickets as (
    select account_id, customer_id, sum(ticket_count) as ticket_count, max(last_ticket_at) as last_ticket_at
    from {{ ref('int_customer_tickets') }}
    where customer_id is not null
    group by account_id, customer_id
),

dim_customers as (
    select
        customers.*,
        attribution.channel as acquisition_channel,
        attribution.campaign as acquisition_campaign,
        attribution.attributed_at,
        usage.usage_month as last_usage_month,
        usage.quantity as last_usage_quantity,
        usage.active_days as last_active_days,
        cast(coalesce(tickets.ticket_count, 0) as bigint) as ticket_count,
        tickets.last_ticket_at
    from customers
    left join {{ ref('int_customer_attribution') }} as attribution
        on customers.account_id = attribution.account_id and customers.customer_id = attribution.customer_id
    left join usage
        on customers.account_id = usage.account_id and customers.customer_id = usage.customer_id and usage.recency = 1
    left join tickets
        on customers.account_id = tickets.account_id and customers.customer_id = tickets.customer_id
)

select * from dim_customers
