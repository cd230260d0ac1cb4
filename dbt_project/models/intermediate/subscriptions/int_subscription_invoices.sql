{#-
Invoices of subscriptions and how their payment went. A debit that is on its way has not failed; an invoice that was tried
twice has. What a later invoice's payment makes good is made good, as Stripe's status has it.
-#}
with

invoices as (
    select *
    from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and subscription_id is not null
        and finalized_at <= timestamptz '{{ run_value("as_of") }}'
),

tried as (
    select
        account_id, invoice_id,
        min(case when status = 'failed' then created_at end) as first_failed_at,
        max(case when status = 'failed' then created_at end) as last_failed_at,
        min(created_at) as first_tried_at,
        count(case when status in ('pending', 'succeeded') then 1 end) as good_count
    from {{ ref('int_subscription_charges') }}
    group by account_id, invoice_id
),

told as (
    select
        invoices.account_id,
        invoices.invoice_id,
        invoices.subscription_id,
        invoices.finalized_at,
        invoices.total_minor,
        invoices.status,
        invoices.billing_reason,
        invoices.paid_at,
        invoices.voided_at,
        tried.last_failed_at,
        tried.first_failed_at = tried.first_tried_at
            or tried.first_tried_at is null and invoices.collection_method = 'charge_automatically' and invoices.attempt_count >= 1
            and (invoices.attempt_count >= 2 or invoices.paid_at is null) as is_first_attempt_failed,
        case
            when invoices.total_minor <= 0 or invoices.amount_due_minor = 0 then null
            when invoices.collection_method = 'send_invoice'
                then case when invoices.paid_at is null or invoices.paid_at > invoices.due_at then invoices.due_at end
            when tried.first_failed_at is not null then tried.first_failed_at
            when invoices.attempt_count >= 2 or invoices.attempt_count = 1 and invoices.paid_at is null and coalesce(tried.good_count, 0) = 0
                then invoices.finalized_at
        end as first_failed_at
    from invoices
    left join tried on invoices.account_id = tried.account_id and invoices.invoice_id = tried.invoice_id
)

select
    *,
    least(
        paid_at, voided_at,
        min(case when total_minor > 0 then paid_at end) over (
            partition by account_id, subscription_id order by finalized_at, invoice_id
            rows between 1 following and unbounded following
        )
    ) as resolved_at
from told
