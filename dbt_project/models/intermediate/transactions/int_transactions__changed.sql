{#- Which transactions a build must look at again: their own row, anything behind them, or `as_of` moved past them. -#}
{%- set seen = run_value('built_through') -%}
{% if nothing_is_built_yet('marts', 'fct_transactions') %}
select account_id, transaction_id from {{ ref('stg_stripe__balance_transactions') }} where false
{% else %}
with

transactions as (
    select account_id, transaction_id, source_object_id, created_at, load_seq
    from {{ ref('stg_stripe__balance_transactions') }}
),

changed_charges as (
    select account_id, charge_id from {{ ref('stg_stripe__charges') }} where load_seq > {{ seen }}
    union
    select charges.account_id, charges.charge_id
    from {{ ref('stg_stripe__charges') }} as charges
    inner join {{ ref('stg_stripe__invoice_payments') }} as payments
        on charges.account_id = payments.account_id
        and (charges.payment_intent_id = payments.payment_intent_id)
    where payments.load_seq > {{ seen }}
    union
    select account_id, charge_id from {{ ref('stg_stripe__invoice_payments') }}
    where load_seq > {{ seen }} and charge_id is not null
    union
    select charges.account_id, charges.charge_id
    from {{ ref('int_charges__with_flow') }} as charges
    inner join {{ ref('stg_stripe__invoices') }} as invoices
        on charges.account_id = invoices.account_id and charges.invoice_id = invoices.invoice_id
    where invoices.load_seq > {{ seen }}
    union
    select charges.account_id, charges.charge_id
    from {{ ref('stg_stripe__charges') }} as charges
    inner join {{ ref('stg_stripe__transfers') }} as transfers
        on charges.charge_id = transfers.source_transaction_id
        or charges.transfer_id = transfers.transfer_id
        or charges.source_transfer_id = transfers.transfer_id
        or charges.transfer_group = transfers.transfer_group
    where transfers.load_seq > {{ seen }}
    union
    select connected_account_id, charge_id from {{ ref('stg_stripe__application_fees') }}
    where load_seq > {{ seen }} and charge_id is not null
),

changed_sources as (
    select account_id, charge_id as source_object_id from changed_charges
    union
    select sources.account_id, sources.source_object_id
    from {{ ref('int_transaction_sources__unioned') }} as sources
    inner join changed_charges
        on sources.account_id = changed_charges.account_id and sources.charge_id = changed_charges.charge_id
    union
    select account_id, refund_id from {{ ref('stg_stripe__refunds') }} where load_seq > {{ seen }}
    union
    select account_id, dispute_id from {{ ref('stg_stripe__disputes') }} where load_seq > {{ seen }}
    union
    select sources.account_id, sources.source_object_id
    from {{ ref('int_transaction_sources__unioned') }} as sources
    inner join {{ ref('stg_stripe__transfers') }} as transfers
        on sources.account_id = transfers.account_id and sources.transfer_id = transfers.transfer_id
    where transfers.load_seq > {{ seen }}
    union
    select account_id, transfer_reversal_id from {{ ref('stg_stripe__transfer_reversals') }} where load_seq > {{ seen }}
    union
    select sources.account_id, sources.source_object_id
    from {{ ref('int_transaction_sources__unioned') }} as sources
    inner join {{ ref('stg_stripe__application_fees') }} as fees
        on sources.account_id = fees.account_id and sources.application_fee_id = fees.application_fee_id
    where fees.load_seq > {{ seen }}
    union
    select account_id, application_fee_refund_id from {{ ref('stg_stripe__application_fee_refunds') }}
    where load_seq > {{ seen }}
),

int_transactions__changed as (
    select account_id, transaction_id
    from transactions
    where load_seq > {{ seen }}
        or created_at > timestamptz '{{ run_value("previous_as_of") }}' and created_at <= timestamptz '{{ run_value("as_of") }}'
    union
    select transactions.account_id, transactions.transaction_id
    from transactions
    inner join changed_sources
        on transactions.account_id = changed_sources.account_id
        and transactions.source_object_id = changed_sources.source_object_id
    union
    select account_id, transaction_id from {{ ref('stg_stripe__payout_members') }} where load_seq > {{ seen }}
)

select * from int_transactions__changed
{% endif %}
