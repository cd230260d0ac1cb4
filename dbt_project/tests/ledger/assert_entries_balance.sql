{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards double entry itself: in each entry and currency, and within its mirrored part, debits equal credits.
select entry_id, account_id, currency, is_mirror, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor
from {{ ref('fct_ledger_postings') }}
group by entry_id, account_id, currency, is_mirror
having sum(debit_minor) <> sum(credit_minor)
