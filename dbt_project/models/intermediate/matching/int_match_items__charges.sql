{#- Charges that sold something, as the matcher compares them: succeeded, captured, and not the arrival of a transfer. -#}
with

-- Sigma states no captured amount; what was not captured shows as a refund of its own kind
not_captured as (
    select account_id, charge_id, cast(sum(amount_minor) as bigint) as released_minor
    from {{ ref('stg_stripe__refunds') }}
    where reason in ('partial_capture', 'expired_uncaptured_charge')
    group by account_id, charge_id
),

charges as (
    select
        charges.*,
        coalesce(
            charges.amount_captured_minor, charges.amount_minor - coalesce(not_captured.released_minor, 0)
        ) as captured_minor
    from {{ ref('stg_stripe__charges') }} as charges
    left join not_captured
        on charges.account_id = not_captured.account_id and charges.charge_id = not_captured.charge_id
    where charges.status = 'succeeded'
        and charges.is_captured
        -- a payment that a transfer made on a connected account is the platform's sale, which stands there
        and charges.source_transfer_id is null
        and charges.created_at <= timestamptz '{{ run_value("as_of") }}'
),

flows as (
    select account_id, charge_id, invoice_id from {{ ref('int_charges__with_flow') }}
),

-- what the shop's plug-in passes on, on the charge or on its payment intent
named as (
    select account_id, object_type, object_id, min(trim(value)) as order_reference
    from {{ ref('stg_stripe__metadata') }}
    where object_type in ('charge', 'payment_intent')
        and lower(key) in ({{ order_metadata_keys() }})
        and trim(value) <> ''
        and not is_deleted
    group by account_id, object_type, object_id
    having count(distinct trim(value)) = 1
),

intents as (
    select account_id, payment_intent_id, customer_id, nullif(trim(order_reference), '') as order_reference
    from {{ ref('stg_stripe__payment_intents') }}
),

referenced as (
    select
        charges.*,
        flows.invoice_id as billed_invoice_id,
        coalesce(
            charges.customer_id, intents.customer_id, customers.customer_id, lower(trim(charges.receipt_email))
        ) as buyer,
        coalesce(
            charge_names.order_reference, intent_names.order_reference, intents.order_reference
        ) as named_order_id
    from charges
    left join flows on charges.account_id = flows.account_id and charges.charge_id = flows.charge_id
    left join intents
        on charges.account_id = intents.account_id and charges.payment_intent_id = intents.payment_intent_id
    left join {{ ref('int_customers_by_email') }} as customers
        on charges.account_id = customers.account_id and lower(trim(charges.receipt_email)) = customers.email
    left join named as charge_names
        on charges.account_id = charge_names.account_id and charges.charge_id = charge_names.object_id
        and charge_names.object_type = 'charge'
    left join named as intent_names
        on charges.account_id = intent_names.account_id and charges.payment_intent_id = intent_names.object_id
        and intent_names.object_type = 'payment_intent'
),

-- else the order whose number stands as a word in the description
words as (
    select account_id, charge_id, {{ each_of(words_of('description')) }} as word
    from referenced
    where named_order_id is null and description is not null
),

described as (
    select words.account_id, words.charge_id, min(orders.object_id) as order_id
    from words
    inner join {{ ref('int_match_items__orders') }} as orders
        on words.account_id = orders.scope and words.word = orders.object_id
    group by words.account_id, words.charge_id
    having count(distinct orders.object_id) = 1
)

select
    referenced.charge_id as id,
    'charge' as object_kind,
    referenced.charge_id as object_id,
    referenced.account_id as scope,
    referenced.currency,
    {{ local_date('referenced.created_at') }} as date,
    referenced.created_at as happened_at,
    referenced.captured_minor as amount_minor,
    referenced.description as text,
    referenced.charge_id as reference,
    referenced.buyer as customer,
    coalesce(referenced.named_order_id, described.order_id) as order_reference,
    referenced.billed_invoice_id as invoice_id,
    coalesce(referenced.is_refunded, false) as is_refunded
from referenced
left join described
    on referenced.account_id = described.account_id and referenced.charge_id = described.charge_id
where referenced.captured_minor > 0
