{#- The company's orders as the matcher compares them, with what their references resolve to. -#}
with

own_account as (
    select stripe_account_id from {{ ref('dim_accounts') }} where account_id = 'platform'
),

orders as (
    select
        {{ all_but(['account_id'], 'orders') }},
        -- a file may call the platform by its own id
        case when own_account.stripe_account_id is not null then 'platform' else orders.account_id end as account_id
    from {{ ref('stg_business__orders') }} as orders
    left join own_account on orders.account_id = own_account.stripe_account_id
    where orders.ordered_at <= timestamptz '{{ run_value("as_of") }}'
),

-- the two names of the platform may carry one order twice: the row observed last stands
ranked as (
    select
        *,
        row_number() over (
            partition by account_id, order_id order by observed_at desc, recorded_at, load_seq, amount_minor
        ) as recency
    from orders
),

-- what an id in an order may lead to: a charge itself, the charge of a payment intent, that of an invoice
charges as (
    select
        *,
        -- of several attempts the one that succeeded counts, of those the latest
        row_number() over (
            partition by account_id, payment_intent_id
            order by case status when 'succeeded' then 0 when 'pending' then 1 else 2 end, created_at desc, charge_id
        ) as attempt
    from {{ ref('stg_stripe__charges') }}
),

billed as (
    select flows.account_id, flows.invoice_id, flows.charge_id
    from {{ ref('int_charges__with_flow') }} as flows
    inner join charges on flows.account_id = charges.account_id and flows.charge_id = charges.charge_id
    where flows.invoice_id is not null and charges.status = 'succeeded'
),

charges_by_reference as (
    select account_id, charge_id as reference, charge_id from charges
    union all
    select account_id, payment_intent_id, charge_id
    from charges
    where payment_intent_id is not null and attempt = 1
    union all
    select account_id, invoice_id, max(charge_id)
    from billed
    group by account_id, invoice_id
    having count(*) = 1
)

select
    case when ranked.account_id = 'platform' then ranked.order_id else concat(ranked.account_id, '/', ranked.order_id)
    end as id,
    'order' as object_kind,
    ranked.order_id as object_id,
    ranked.account_id as scope,
    ranked.currency,
    {{ local_date('ranked.ordered_at') }} as date,
    ranked.ordered_at as happened_at,
    ranked.amount_minor,
    ranked.order_id as text,
    charges_by_reference.charge_id as reference,
    ranked.payment_reference as stated_reference,
    coalesce(customers.customer_id, nullif(trim(ranked.customer_reference), '')) as customer,
    ranked.status,
    ranked.amount_minor > 0 and ranked.status not in ({{ unpaid_order_statuses() }}) as expects_payment
from ranked
left join charges_by_reference
    on ranked.account_id = charges_by_reference.account_id
    and ranked.payment_reference = charges_by_reference.reference
left join {{ ref('int_customers_by_email') }} as customers
    on ranked.account_id = customers.account_id and lower(trim(ranked.customer_reference)) = customers.email
where ranked.recency = 1
