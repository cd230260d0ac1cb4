{#- Whether the ledger holds together, clears in time and has all that the sources have. -#}
with

items as (
    select
        concat_ws('/', ledger_account, account_id, currency) as slice, account_id, currency,
        sum(abs(balance_minor)) as open_minor,
        sum(case when is_overdue then abs(balance_minor) else 0 end) as overdue_minor,
        sum(case when age_days <= 1 then abs(balance_minor) else 0 end) as days_0_1,
        sum(case when age_days between 2 and 4 then abs(balance_minor) else 0 end) as days_2_4,
        sum(case when age_days between 5 and 30 then abs(balance_minor) else 0 end) as days_5_30,
        sum(case when age_days > 30 then abs(balance_minor) else 0 end) as days_over_30
    from {{ ref('fct_clearing_items') }}
    where awaits in ('bank', 'stripe', 'counterparty', 'review')
    group by ledger_account, account_id, currency
),

turnovers as (
    select
        concat_ws('/', postings.ledger_account, postings.account_id, postings.currency) as slice,
        postings.account_id, postings.currency,
        sum(postings.debit_minor) + sum(postings.credit_minor) as turned_minor
    from {{ ref('fct_ledger_postings') }} as postings
    inner join {{ ref('dim_ledger_accounts') }} as accounts on postings.ledger_account = accounts.ledger_account
    where accounts.awaits in ('bank', 'stripe')
    group by postings.ledger_account, postings.account_id, postings.currency
),

entries as (
    select
        concat_ws('/', account_id, currency) as slice, account_id, currency,
        sum(debit_minor) as debit_minor,
        sum(credit_minor) as credit_minor
    from {{ ref('fct_ledger_postings') }}
    group by account_id, currency
),

nets as (
    select concat_ws('/', account_id, currency) as slice, account_id, currency, sum(net_minor) as net_minor
    from {{ ref('fct_transactions') }}
    group by account_id, currency
),

posted as (
    select
        concat_ws('/', account_id, currency) as slice, account_id, currency,
        sum(debit_minor) - sum(credit_minor) as net_minor
    from {{ ref('fct_ledger_postings') }}
    where ledger_account = 'stripe_balance'
        and (entry_kind = 'balance_transaction' or entry_kind = 'correction' and leg <> 'opening')
    group by account_id, currency
),

sources as (
    select
        concat_ws('/', account_id, object_kind, source) as slice, account_id, cast(null as varchar) as currency,
        sum(seen) as seen, sum(unexplained) as missing
    from {{ ref('agg_source_completeness') }}
    group by account_id, object_kind, source
),

statements as (
    select
        concat_ws('/', bank_account, currency) as slice, coalesce(account_id, 'platform') as account_id, currency,
        count(*) as statements,
        sum(coalesce(missing_statement_count, 0)) as missing
    from {{ ref('fct_bank_statements') }}
    group by bank_account, coalesce(account_id, 'platform'), currency
)

select
    'cleared_in_time' as measure, turnovers.slice, turnovers.account_id, turnovers.currency,
    turnovers.turned_minor - coalesce(items.overdue_minor, 0) as numerator,
    turnovers.turned_minor as denominator, 0.9999 as aim
from turnovers
left join items on turnovers.slice = items.slice
union all
select 'open_0_1_days', slice, account_id, currency, days_0_1, open_minor, null from items
union all
select 'open_2_4_days', slice, account_id, currency, days_2_4, open_minor, null from items
union all
select 'open_5_30_days', slice, account_id, currency, days_5_30, open_minor, null from items
union all
select 'open_over_30_days', slice, account_id, currency, days_over_30, open_minor, null from items
union all
select 'debits_equal_credits', slice, account_id, currency, credit_minor, debit_minor, 1 from entries
union all
select 'transactions_posted', nets.slice, nets.account_id, nets.currency, coalesce(posted.net_minor, 0), nets.net_minor, 1
from nets
left join posted on nets.slice = posted.slice
union all
select 'ids_in_every_source', slice, account_id, currency, seen, seen + missing, 1 from sources
union all
select 'statements_present', slice, account_id, currency, statements, statements + missing, 1 from statements
