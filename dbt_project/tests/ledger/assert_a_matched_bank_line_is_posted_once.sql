{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards the bank side of the ledger: each matched bank line is posted by exactly its amount, and nothing else is.
-- A group that ended while its postings stayed, or one that was posted twice, would show here. In closed periods what was
-- frozen and its corrections make up the amount together.
with

posted as (
    select account_id, currency, leg, sum(debit_minor - credit_minor) as amount_minor
    from {{ ref('fct_ledger_postings') }}
    where leg like 'bank.%'
    group by account_id, currency, leg
    having sum(debit_minor) <> sum(credit_minor)
),

matched as (
    select account_id, currency, concat('bank.', bank_entry_id) as leg, sum(amount_minor) as amount_minor
    from {{ ref('int_ledger__matched_lines') }}
    group by account_id, currency, bank_entry_id
)

select
    coalesce(matched.account_id, posted.account_id) as account_id,
    coalesce(matched.leg, posted.leg) as leg,
    matched.amount_minor as matched_minor,
    posted.amount_minor as posted_minor
from matched
full outer join posted
    on matched.account_id = posted.account_id
    and matched.currency = posted.currency
    and matched.leg = posted.leg
where matched.amount_minor is distinct from posted.amount_minor
