{#-
Balance transactions as postings: gross and each fee against their accounts, the Stripe balance by what is left.

Each branch reads the transactions in one pass and joins once: a shared, materialized step of 10 million wide rows
would not fit into memory (138 s instead of the time of the two passes, measured 2026-11).
-#}
with

-- fees whose other side stands in another tenant's books; few beside the fees of Stripe
mirrored_fees as (
    select account_id, transaction_id, sum(amount_minor) as amount_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where not is_deleted and fee_type in (select rules.leg from {{ ref('int_posting_rules') }} as rules where rules.is_mirror)
    group by account_id, transaction_id
),

sides as (
    select 'gross' as leg
    union all
    select 'balance'
    union all
    select 'balance.mirror'
),

transactions as (
    select
        transactions.*,
        -- what of the net has its other side in another tenant's books
        case when transactions.is_gross_mirror then transactions.gross_minor else 0 end
        - coalesce(mirrored_fees.amount_minor, 0) as mirrored_minor
    from {{ ref('int_ledger__transactions') }} as transactions
    left join mirrored_fees
        on transactions.account_id = mirrored_fees.account_id
        and transactions.transaction_id = mirrored_fees.transaction_id
),

legs as (
    select
        transactions.account_id, transactions.transaction_id, transactions.currency, transactions.created_at,
        transactions.reporting_date, transactions.recorded_at, transactions.counterparty_account_id,
        transactions.reverses_entry_id,
        sides.leg,
        case when sides.leg = 'gross' then transactions.gross_account else 'stripe_balance' end as ledger_account,
        case when sides.leg = 'gross' then {{ clearing_id('transactions.gross_clearing_key', 'transactions') }} end
            as clearing_id,
        case
            when sides.leg = 'balance.mirror' then transactions.mirrored_minor
            when sides.leg = 'balance' then transactions.net_minor - transactions.mirrored_minor
            when transactions.gross_side = 'credit' then -transactions.gross_minor
            else transactions.gross_minor
        end as debit_minor,
        case sides.leg when 'balance.mirror' then true when 'gross' then transactions.is_gross_mirror else false end
            as is_mirror
    from transactions
    cross join sides
    where case
        when sides.leg = 'gross' then transactions.gross_minor <> 0
        when sides.leg = 'balance.mirror' then transactions.is_gross_mirror or transactions.mirrored_minor <> 0
        -- always there: a transaction that moved nothing has its entry too
        else not transactions.is_gross_mirror or transactions.net_minor <> transactions.mirrored_minor
    end
    union all
    select
        account_id, transaction_id, currency, created_at, reporting_date, recorded_at, counterparty_account_id,
        reverses_entry_id, leg, ledger_account, clearing_id,
        case side when 'credit' then -amount_minor else amount_minor end,
        is_mirror
    from {{ ref('int_ledger__fees') }}
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
