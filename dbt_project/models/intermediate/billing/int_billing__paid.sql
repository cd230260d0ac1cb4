{#- What pays an invoice: charges, the customer's balance, money outside Stripe; and refunds that a credit note paid out. -#}
{%- set adjustments = 'discounts' if run_value('customer_balance_adjustments') == 'contra' else 'customer_balance_adjustments' -%}
with

invoices as (
    select * from {{ ref('int_revenue_rates') }}
),

credited as (
    select account_id, refund_id from {{ ref('stg_stripe__credit_note_refunds') }}
    union
    select account_id, refund_id from {{ ref('stg_stripe__credit_notes') }} where refund_id is not null and not is_deleted
),

moved as (
    select
        movements.*,
        -- in the books at the rate at which the invoice was booked
        case when movements.currency = invoices.books_currency and movements.presentment_currency = invoices.currency
            then {{ share_of('movements.presentment_minor', 'invoices.books_part', 'invoices.own_part') }}
            else movements.gross_minor end as books_minor
    from {{ ref('int_revenue_movements') }} as movements
    inner join invoices on movements.account_id = invoices.account_id and movements.invoice_id = invoices.invoice_id
    left join credited on movements.account_id = credited.account_id and movements.refund_id = credited.refund_id
    where movements.reporting_category in ('charge', 'charge_failure', 'partial_capture_reversal')
        or movements.reporting_category in ('refund', 'refund_failure') and credited.refund_id is not null
),

balances as (
    select
        balances.account_id, balances.customer_balance_transaction_id as object_id,
        coalesce(invoices.books_currency, balances.currency) as currency,
        case when balances.transaction_type in (
            'applied_to_invoice', 'unapplied_from_invoice', 'invoice_too_small', 'invoice_too_large', 'credit_note'
        ) and invoices.invoice_id is not null then invoices.invoice_id end as invoice_id,
        {{ share_of('balances.amount_minor', 'coalesce(invoices.books_part, 1)', 'coalesce(invoices.own_part, 1)') }} as amount_minor,
        balances.created_at, balances.recorded_at
    from {{ ref('stg_stripe__customer_balance_transactions') }} as balances
    left join invoices on balances.account_id = invoices.account_id and balances.invoice_id = invoices.invoice_id
    where not balances.is_deleted and balances.created_at <= timestamptz '{{ run_value("as_of") }}'
),

by_charge as (
    select account_id, invoice_id, sum(presentment_minor) as presentment_minor
    from moved
    where reporting_category in ('charge', 'charge_failure')
    group by account_id, invoice_id
),

outside as (
    select
        staged.account_id, staged.invoice_id, invoices.books_currency as currency,
        {{ share_of('coalesce(staged.amount_paid_off_stripe_minor, staged.amount_paid_minor - coalesce(by_charge.presentment_minor, 0))',
            'invoices.books_part', 'invoices.own_part') }} as amount_minor,
        staged.paid_at, staged.recorded_at
    from {{ ref('stg_stripe__invoices') }} as staged
    inner join invoices on staged.account_id = invoices.account_id and staged.invoice_id = invoices.invoice_id
    left join by_charge on staged.account_id = by_charge.account_id and staged.invoice_id = by_charge.invoice_id
    -- Sigma says that it was, newer API versions say how much
    where (staged.is_paid_out_of_band or staged.amount_paid_off_stripe_minor > 0) and staged.paid_at <= timestamptz '{{ run_value("as_of") }}'
),

legs as (
    select
        account_id, transaction_id as entry_object_id, 'settled' as entry_suffix,
        case when refund_id is null then 'invoice_payment' else 'credit_note_refund' end as entry_kind,
        invoice_id as source_object_id, invoice_id, currency, 'clearing' as leg, clearing_account as ledger_account, clearing_id,
        gross_minor as debit_minor, created_at as effective_at, recorded_at
    from moved
    union all
    select account_id, transaction_id, 'settled', case when refund_id is null then 'invoice_payment' else 'credit_note_refund' end,
        invoice_id, invoice_id, currency, 'receivable', 'accounts_receivable', null, -books_minor, created_at, recorded_at
    from moved
    union all
    select account_id, transaction_id, 'settled', case when refund_id is null then 'invoice_payment' else 'credit_note_refund' end,
        invoice_id, invoice_id, currency, 'fx', 'fx_loss', null, books_minor - gross_minor, created_at, recorded_at
    from moved
    union all
    select account_id, object_id, 'balance', 'customer_balance', coalesce(invoice_id, object_id), invoice_id, currency, 'balance',
        'customer_balance', null, amount_minor, created_at, recorded_at
    from balances
    union all
    select account_id, object_id, 'balance', 'customer_balance', coalesce(invoice_id, object_id), invoice_id, currency, 'other',
        case when invoice_id is null then '{{ adjustments }}' else 'accounts_receivable' end, null, -amount_minor,
        created_at, recorded_at
    from balances
    union all
    select account_id, invoice_id, 'outside', 'paid_out_of_band', invoice_id, invoice_id, currency, 'asset', 'external_asset', null,
        amount_minor, paid_at, recorded_at
    from outside
    union all
    select account_id, invoice_id, 'outside', 'paid_out_of_band', invoice_id, invoice_id, currency, 'receivable', 'accounts_receivable',
        null, -amount_minor, paid_at, recorded_at
    from outside
)

select * from legs where debit_minor <> 0
