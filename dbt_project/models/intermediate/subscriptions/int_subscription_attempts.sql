{#-
Every attempt to pay an invoice of a subscription, and what became of it: declined for now or for good, made good later,
disputed. An inquiry is no dispute.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

invoices as (
    select
        invoices.account_id, invoices.invoice_id, invoices.subscription_id, papers.customer_id, papers.currency,
        papers.payment_intent_id, coalesce(invoices.paid_at <= {{ as_of }}, false) as is_paid
    from {{ ref('int_subscription_invoices') }} as invoices
    inner join {{ ref('stg_stripe__invoices') }} as papers
        on invoices.account_id = papers.account_id and invoices.invoice_id = papers.invoice_id
),

intents as (
    select account_id, invoice_id, payment_intent_id from {{ ref('stg_stripe__invoice_payments') }}
    where not is_deleted and payment_intent_id is not null
    union
    select account_id, invoice_id, payment_intent_id from invoices where payment_intent_id is not null
),

-- older sources name the invoice on the charge, newer ones tie both to a payment intent
named as (
    select account_id, charge_id, invoice_id from {{ ref('stg_stripe__charges') }} where invoice_id is not null
    union
    select charges.account_id, charges.charge_id, intents.invoice_id
    from {{ ref('stg_stripe__charges') }} as charges
    inner join intents
        on charges.account_id = intents.account_id and charges.payment_intent_id = intents.payment_intent_id
),

disputes as (
    select account_id, charge_id, min(created_at) as disputed_at
    from {{ ref('stg_stripe__disputes') }}
    where not is_deleted and status <> 'prevented' and not {{ text_starts_with('status', 'warning_') }} and created_at <= {{ as_of }}
    group by account_id, charge_id
)

select
    invoices.account_id,
    invoices.subscription_id,
    invoices.customer_id,
    invoices.currency,
    invoices.invoice_id,
    charges.charge_id,
    charges.created_at as attempted_at,
    charges.status = 'failed' as is_declined,
    charges.status = 'failed' and (hard_codes.decline_code is not null or hard_reasons.decline_code is not null) as is_hard,
    charges.status = 'failed' and invoices.is_paid as is_made_good,
    disputes.disputed_at
from named
inner join invoices on named.account_id = invoices.account_id and named.invoice_id = invoices.invoice_id
inner join {{ ref('stg_stripe__charges') }} as charges
    on named.account_id = charges.account_id and named.charge_id = charges.charge_id
    and not charges.is_deleted and charges.created_at <= {{ as_of }}
left join {{ ref('decline_codes') }} as hard_codes on charges.failure_code = hard_codes.decline_code and hard_codes.severity = 'hard'
left join {{ ref('decline_codes') }} as hard_reasons on charges.outcome_reason = hard_reasons.decline_code and hard_reasons.severity = 'hard'
left join disputes on charges.account_id = disputes.account_id and charges.charge_id = disputes.charge_id
