{#- Balance transactions as postings: gross and each fee against their accounts, the Stripe balance by what is left. -#}
with

transactions as (
    select * from {{ ref('int_ledger__transactions') }}
),

fees as (
    select * from {{ ref('int_ledger__fees') }}
),

mirrored_fees as (
    select account_id, transaction_id, sum(amount_minor) as amount_minor
    from fees
    where is_mirror and leg in (select leg from {{ ref('int_posting_rules') }} where is_mirror)
    group by account_id, transaction_id
),

-- what of the net has its other side in another tenant's books
balances as (
    select
        transactions.*,
        case when transactions.is_gross_mirror then transactions.gross_minor else 0 end
        - coalesce(mirrored_fees.amount_minor, 0) as mirrored_minor
    from transactions
    left join mirrored_fees
        on transactions.account_id = mirrored_fees.account_id
        and transactions.transaction_id = mirrored_fees.transaction_id
),

legs as (
    select
        account_id, transaction_id, currency, created_at, reporting_date, recorded_at, counterparty_account_id,
        reverses_entry_id, 'gross' as leg, gross_account as ledger_account,
        {{ clearing_id('transactions.gross_clearing_key', 'transactions') }} as clearing_id,
        case gross_side when 'credit' then -gross_minor else gross_minor end as debit_minor,
        is_gross_mirror as is_mirror
    from transactions
    where gross_minor <> 0
    union all
    select
        account_id, transaction_id, currency, created_at, reporting_date, recorded_at, counterparty_account_id,
        reverses_entry_id, concat(leg, '.', position), ledger_account, clearing_id,
        case side when 'credit' then -amount_minor else amount_minor end,
        is_mirror
    from fees
    where amount_minor <> 0
    union all
    -- always there: a transaction that moved nothing has its entry too
    select
        account_id, transaction_id, currency, created_at, reporting_date, recorded_at, counterparty_account_id,
        reverses_entry_id, 'balance', 'stripe_balance', null, net_minor - mirrored_minor, false
    from balances
    where not is_gross_mirror or net_minor <> mirrored_minor
    union all
    select
        account_id, transaction_id, currency, created_at, reporting_date, recorded_at, counterparty_account_id,
        reverses_entry_id, 'balance.mirror', 'stripe_balance', null, mirrored_minor, true
    from balances
    where is_gross_mirror or mirrored_minor <> 0
)

select
    concat(account_id, ':', transaction_id) as entry_id,
    'balance_transaction' as entry_kind,
    account_id,
    transaction_id as source_object_id,
    currency,
    leg,
    ledger_account,
    clearing_id,
    debit_minor,
    created_at as effective_at,
    reporting_date as posting_date,
    recorded_at,
    reverses_entry_id,
    counterparty_account_id,
    is_mirror
from legs
