{#- Attempts to pay invoices of subscriptions: older sources name the invoice on the charge, newer ones tie both to a payment intent. -#}
with

invoices as (
    select account_id, invoice_id, payment_intent_id from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and subscription_id is not null
),

intents as (
    select account_id, invoice_id, payment_intent_id from {{ ref('stg_stripe__invoice_payments') }}
    where not is_deleted and payment_intent_id is not null
    union
    select account_id, invoice_id, payment_intent_id from invoices where payment_intent_id is not null
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
    where not is_deleted and created_at <= timestamptz '{{ run_value("as_of") }}'
),

named as (
    select account_id, charge_id, invoice_id from charges where invoice_id is not null
    union
    select charges.account_id, charges.charge_id, intents.invoice_id
    from charges
    inner join intents
        on charges.account_id = intents.account_id and charges.payment_intent_id = intents.payment_intent_id
)

select
    named.account_id, named.invoice_id, named.charge_id, charges.status, charges.created_at, charges.failure_code, charges.outcome_reason
from named
inner join invoices on named.account_id = invoices.account_id and named.invoice_id = invoices.invoice_id
inner join charges on named.account_id = charges.account_id and named.charge_id = charges.charge_id
