{#- What a build must post again: sources that changed since the last one, and payouts that arrive up to `as_of`. -#}
{%- set seen = run_value('built_through') -%}
{% if nothing_is_built_yet('marts', 'fct_ledger_postings') %}
select account_id, transaction_id as source_id from {{ ref('int_transactions__changed') }} where false
{% else %}
with

payouts as (
    select account_id, payout_id, arrival_at, created_at, load_seq from {{ ref('stg_stripe__payouts') }}
),

changed_transactions as (
    select account_id, transaction_id from {{ ref('int_transactions__changed') }}
    union
    select account_id, transaction_id from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where load_seq > {{ seen }}
),

-- what takes something back names its entry, which may have come after it
siblings as (
    select siblings.account_id, siblings.transaction_id
    from {{ ref('stg_stripe__balance_transactions') }} as transactions
    inner join changed_transactions
        on transactions.account_id = changed_transactions.account_id
        and transactions.transaction_id = changed_transactions.transaction_id
    inner join {{ ref('stg_stripe__balance_transactions') }} as siblings
        on transactions.account_id = siblings.account_id
        and transactions.source_object_id = siblings.source_object_id
),

changed_payouts as (
    select account_id, payout_id from payouts
    where load_seq > {{ seen }}
        or greatest(arrival_at, created_at) > timestamptz '{{ run_value("previous_as_of") }}'
        and greatest(arrival_at, created_at) <= timestamptz '{{ run_value("as_of") }}'
    union
    -- whether a payout arrived is also told by the transaction that brought it back
    select transactions.account_id, transactions.source_object_id
    from {{ ref('stg_stripe__balance_transactions') }} as transactions
    inner join changed_transactions
        on transactions.account_id = changed_transactions.account_id
        and transactions.transaction_id = changed_transactions.transaction_id
    where transactions.transaction_type in ('payout_failure', 'payout_cancel')
),

-- A new statement or a decision changes what is posted although no transaction did, so whatever may meet a bank line is
-- posted anew. Deleted ones too: what they had posted must go. Movements at the bank are few beside transactions.
at_the_bank as (
    select account_id, payout_id as source_id from payouts
    union all
    select account_id, transaction_id from {{ ref('stg_stripe__balance_transactions') }}
    where transaction_type in ('topup', 'topup_reversal')
)

select account_id, transaction_id as source_id from changed_transactions
union
select account_id, transaction_id from siblings
union
select account_id, payout_id from changed_payouts
union
select account_id, source_id from at_the_bank
where account_id in (select accounts.account_id from {{ ref('int_bank_accounts') }} as accounts)
{% endif %}
