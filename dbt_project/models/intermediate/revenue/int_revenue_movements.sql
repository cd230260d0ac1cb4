{#- Balance transactions that sold something or took it back, each with the clearing item of the money subledger. -#}
with

rules as (
    select * from {{ ref('int_posting_rules__resolved') }} where leg = 'gross'
),

-- an invoice that no export holds bills nothing here: its payment is a sale by itself until it comes
invoices as (
    select account_id, invoice_id from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and finalized_at <= timestamptz '{{ run_value("as_of") }}'
),

awaiting as (
    select ledger_account from {{ ref('int_ledger_accounts') }} where awaits = 'billing'
)

select
    transactions.account_id,
    transactions.transaction_id,
    transactions.reporting_category,
    transactions.flow_type,
    transactions.charge_id,
    transactions.refund_id,
    transactions.dispute_id,
    transactions.transfer_id,
    transactions.application_fee_id,
    transactions.customer_id,
    invoices.invoice_id,
    transactions.source_object_id,
    -- what was sold: where its id is unknown, the nearest that is known stands for it
    case when transactions.reporting_category in ('platform_earning', 'platform_earning_refund')
        then coalesce(transactions.application_fee_id, transactions.charge_id, transactions.source_object_id, transactions.transaction_id)
        else coalesce(transactions.charge_id, transactions.source_object_id, transactions.transaction_id) end as sold_id,
    transactions.currency,
    transactions.gross_minor,
    coalesce(transactions.presentment_currency, transactions.currency) as presentment_currency,
    coalesce(transactions.presentment_minor, transactions.gross_minor) as presentment_minor,
    transactions.created_at,
    transactions.recorded_at,
    rules.ledger_account as clearing_account,
    {{ clearing_id('rules.clearing_key', 'transactions') }} as clearing_id
from {{ ref('fct_transactions') }} as transactions
inner join rules
    on transactions.reporting_category = rules.reporting_category
    and {{ tenant_kind('transactions.account_id') }} = rules.tenant
    and transactions.flow_type = rules.flow_type
inner join awaiting on rules.ledger_account = awaiting.ledger_account
left join invoices on transactions.account_id = invoices.account_id and transactions.invoice_id = invoices.invoice_id
-- what was given to the wrong tenant stays open there until somebody puts it right
left join {{ ref('int_ledger__misplaced') }} as misplaced
    on transactions.account_id = misplaced.account_id and transactions.charge_id = misplaced.charge_id
where transactions.gross_minor <> 0 and misplaced.charge_id is null
