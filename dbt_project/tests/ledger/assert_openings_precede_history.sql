{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards against counting twice: an opening balance holds all that happened before its day, so no transaction of
-- that tenant and currency may be older.
with

openings as (
    select account_id, lower(currency) as currency, max(opening_date) as opening_date
    from {{ ref('int_opening_balances') }}
    where ledger_account = 'stripe_balance'
    group by account_id, lower(currency)
)

select openings.account_id, openings.currency, openings.opening_date, min(transactions.reporting_date) as first_date
from openings
inner join {{ ref('fct_transactions') }} as transactions
    on openings.account_id = transactions.account_id
    and openings.currency = transactions.currency
where transactions.reporting_date < openings.opening_date
group by openings.account_id, openings.currency, openings.opening_date
