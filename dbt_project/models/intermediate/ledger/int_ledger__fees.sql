{#- The fee legs of the transactions that this build posts: Stripe's details, else the fee as a whole. -#}
with

transactions as (
    select * from {{ ref('int_ledger__transactions') }}
),

details as (
    select account_id, transaction_id, position, fee_type as leg, amount_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where not is_deleted
),

fees as (
    select * from details
    union all
    -- an export without fee details still says how much was charged
    select transactions.account_id, transactions.transaction_id, 1 as position, 'fee' as leg, transactions.fee_minor
    from transactions
    left join details
        on transactions.account_id = details.account_id and transactions.transaction_id = details.transaction_id
    where transactions.fee_minor <> 0 and details.transaction_id is null
)

select
    transactions.*,
    fees.leg,
    fees.position,
    fees.amount_minor,
    coalesce(rules.side, 'debit') as side,
    coalesce(rules.ledger_account, 'suspense') as ledger_account,
    case when rules.rule_id is null then transactions.transaction_id
        else {{ clearing_id('rules.clearing_key', 'transactions') }} end as clearing_id,
    coalesce(rules.is_mirror, false) as is_mirror
from fees
inner join transactions
    on fees.account_id = transactions.account_id and fees.transaction_id = transactions.transaction_id
left join {{ ref('int_posting_rules__resolved') }} as rules
    on transactions.posting_category = rules.reporting_category
    and transactions.tenant = rules.tenant
    and transactions.flow_type = rules.flow_type
    and fees.leg = rules.leg
