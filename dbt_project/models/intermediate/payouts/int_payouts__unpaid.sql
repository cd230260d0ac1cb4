{#- Transactions that no payout names, with the day whose automatic payout could take them. -#}
select
    transactions.account_id,
    transactions.transaction_id,
    transactions.currency,
    transactions.reporting_category,
    transactions.gross_minor,
    transactions.fee_minor,
    transactions.net_minor,
    {{ sweep_date('coalesce(transactions.available_at, transactions.created_at)') }} as sweep_date
from {{ ref('fct_transactions') }} as transactions
left join {{ ref('int_payouts__dated') }} as own
    on transactions.account_id = own.account_id
    and transactions.transaction_id = own.own_transaction_id
    and own.original_payout_id is null
where (transactions.payout_id is null or transactions.payout_id = transactions.source_object_id)
    and transactions.transaction_type <> 'payout'
    and own.payout_id is null
