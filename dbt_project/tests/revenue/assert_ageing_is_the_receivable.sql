{{ config(meta={'dagster': {'ref': {'name': 'agg_receivable_ageing'}}}) }}
-- Guards the ageing: its buckets sum to what accounts_receivable closes with, in every period. An invoice that is in no
-- bucket, or in two periods' worth of one, would show here.
with

aged as (
    select account_id, currency, period_id, sum(amount_minor) as aged_minor
    from {{ ref('agg_receivable_ageing') }}
    group by account_id, currency, period_id
),

closed as (
    select account_id, currency, period_id, closing_minor
    from {{ ref('agg_trial_balance_monthly') }}
    where ledger_account = 'accounts_receivable'
)

select
    coalesce(aged.account_id, closed.account_id) as account_id,
    coalesce(aged.currency, closed.currency) as currency,
    coalesce(aged.period_id, closed.period_id) as period_id,
    aged.aged_minor,
    closed.closing_minor
from aged
full outer join closed
    on aged.account_id = closed.account_id and aged.currency = closed.currency and aged.period_id = closed.period_id
where coalesce(aged.aged_minor, 0) <> coalesce(closed.closing_minor, 0)
