{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards the one account that Stripe states: each transaction moves it by exactly its net, no posting without one. In closed
-- periods the frozen postings and their corrections do so together; a net of zero needs none of them there.
with

posted as (
    select account_id, source_object_id, currency, sum(debit_minor - credit_minor) as net_minor
    from {{ ref('fct_ledger_postings') }}
    where ledger_account = 'stripe_balance'
        and (entry_kind = 'balance_transaction' or entry_kind = 'correction' and leg <> 'opening')
    group by account_id, source_object_id, currency
)

select
    coalesce(transactions.account_id, posted.account_id) as account_id,
    coalesce(transactions.transaction_id, posted.source_object_id) as transaction_id,
    transactions.net_minor as stated_minor,
    posted.net_minor as posted_minor
from {{ ref('fct_transactions') }} as transactions
full outer join posted
    on transactions.account_id = posted.account_id
    and transactions.transaction_id = posted.source_object_id
    and transactions.currency = posted.currency
where coalesce(posted.net_minor, 0) <> coalesce(transactions.net_minor, 0)
    {%- if keeps_frozen_postings() %}
    or posted.net_minor is null and transactions.reporting_date >= {{ first_open_day() }}
    {%- else %}
    or posted.net_minor is distinct from transactions.net_minor
    {%- endif %}
