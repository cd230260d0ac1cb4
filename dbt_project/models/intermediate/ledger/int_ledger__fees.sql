{#- The fee legs of the transactions that this build posts: Stripe's details, else the fee as a whole. -#}
with

details as (
    select account_id, transaction_id, position, fee_type, amount_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where not is_deleted
)

select
    transactions.account_id,
    transactions.transaction_id,
    transactions.currency,
    transactions.created_at,
    transactions.reporting_date,
    transactions.recorded_at,
    transactions.counterparty_account_id,
    transactions.reverses_entry_id,
    -- an export without fee details still says how much was charged
    concat(coalesce(details.fee_type, 'fee'), '.', coalesce(details.position, 1)) as leg,
    coalesce(details.amount_minor, transactions.fee_minor) as amount_minor,
    coalesce(rules.side, 'debit') as side,
    coalesce(rules.ledger_account, 'suspense') as ledger_account,
    case when rules.rule_id is null then transactions.transaction_id
        else {{ clearing_id('rules.clearing_key', 'transactions') }} end as clearing_id,
    coalesce(rules.is_mirror, false) as is_mirror
from {{ ref('int_ledger__transactions') }} as transactions
left join details
    on transactions.account_id = details.account_id and transactions.transaction_id = details.transaction_id
left join {{ ref('int_posting_rules__resolved') }} as rules
    on transactions.posting_category = rules.reporting_category
    and transactions.tenant = rules.tenant
    and transactions.flow_type = rules.flow_type
    and coalesce(details.fee_type, 'fee') = rules.leg
where coalesce(details.amount_minor, transactions.fee_minor) <> 0
