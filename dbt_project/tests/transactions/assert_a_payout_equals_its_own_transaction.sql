{{ config(meta={'dagster': {'ref': {'name': 'fct_transactions'}}}) }}
-- Guards the one number that the bank sees. A payout's amount is what left the balance with its own balance
-- transaction; the fee of an instant payout comes on top of it, in the same transaction.
select
    payouts.account_id, payouts.payout_id, payouts.amount_minor, transactions.gross_minor, transactions.net_minor
from {{ ref('stg_stripe__payouts') }} as payouts
inner join {{ ref('stg_stripe__balance_transactions') }} as transactions
    on payouts.account_id = transactions.account_id
    and payouts.balance_transaction_id = transactions.transaction_id
where payouts.currency = transactions.currency
    and payouts.amount_minor <> -transactions.net_minor
    and not (transactions.fee_minor <> 0 and payouts.amount_minor = -transactions.gross_minor)
