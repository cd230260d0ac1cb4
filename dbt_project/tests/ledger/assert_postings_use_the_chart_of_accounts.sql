{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards the chart: a posting to an account that it does not name would be missing from every statement.
select postings.ledger_account, count(*) as postings
from {{ ref('fct_ledger_postings') }} as postings
left join {{ ref('dim_ledger_accounts') }} as accounts on postings.ledger_account = accounts.ledger_account
where accounts.ledger_account is null
group by postings.ledger_account
