{#-
Every attempt to pay an invoice of a subscription, and what became of it: declined for now or for good, made good later,
disputed. An inquiry is no dispute.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

invoices as (
    select
        invoices.account_id, invoices.invoice_id, invoices.subscription_id, papers.customer_id, papers.currency,
        coalesce(invoices.paid_at <= {{ as_of }}, false) as is_paid
    from {{ ref('int_subscription_invoices') }} as invoices
    inner join {{ ref('stg_stripe__invoices') }} as papers
        on invoices.account_id = papers.account_id and invoices.invoice_id = papers.invoice_id
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
from {{ ref('int_subscription_charges') }} as charges
inner join invoices on charges.account_id = invoices.account_id and charges.invoice_id = invoices.invoice_id
left join {{ ref('decline_codes') }} as hard_codes on charges.failure_code = hard_codes.decline_code and hard_codes.severity = 'hard'
left join {{ ref('decline_codes') }} as hard_reasons on charges.outcome_reason = hard_reasons.decline_code and hard_reasons.severity = 'hard'
left join disputes on charges.account_id = disputes.account_id and charges.charge_id = disputes.charge_id
