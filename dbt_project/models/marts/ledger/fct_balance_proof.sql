{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

postings as (
    select account_id, currency, posting_date, effective_at, debit_minor - credit_minor as amount_minor
    from {{ ref('fct_ledger_postings') }}
    where ledger_account = 'stripe_balance'
),

days as (
    select account_id, currency, posting_date, sum(amount_minor) as amount_minor
    from postings
    group by account_id, currency, posting_date
),

stated as (
    select
        account_id, currency, stated_at, stated_by, stated_minor,
        {{ local_date('stated_at') }} as stated_date,
        -- the end of a report's interval is exclusive, a balance that was fetched holds what was there
        case when stated_by = 'report' then 0 else 1 end as includes_instant
    from {{ ref('stg_stripe__stated_balances') }}
    where stated_at <= {{ as_of }}
),

-- what was posted on the day of a statement before its instant
parts as (
    select stated.account_id, stated.currency, stated.stated_at, stated.stated_by, sum(postings.amount_minor) as amount_minor
    from stated
    inner join postings
        on stated.account_id = postings.account_id
        and stated.currency = postings.currency
        and stated.stated_date = postings.posting_date
    where postings.effective_at < stated.stated_at
        or postings.effective_at = stated.stated_at and stated.includes_instant = 1
    group by stated.account_id, stated.currency, stated.stated_at, stated.stated_by
),

-- reports date an automatic payout by its `available_on`, the ledger and the API by its creation
on_their_way as (
    select stated.account_id, stated.currency, stated.stated_at, stated.stated_by, sum(transactions.net_minor) as amount_minor
    from stated
    inner join {{ ref('fct_transactions') }} as transactions
        on stated.account_id = transactions.account_id
        and stated.currency = transactions.currency
        and stated.stated_at > transactions.created_at
        and stated.stated_at <= transactions.available_at
    inner join {{ ref('stg_stripe__payouts') }} as payouts
        on transactions.account_id = payouts.account_id
        and transactions.source_object_id = payouts.payout_id
    where stated.stated_by = 'report' and transactions.transaction_type = 'payout' and payouts.is_automatic
    group by stated.account_id, stated.currency, stated.stated_at, stated.stated_by
),

-- a statement stands before its day's postings and adds nothing of its own
sequence as (
    select account_id, currency, posting_date, 1 as place, amount_minor, null as stated_at, null as stated_by, null as stated_minor
    from days
    union all
    select account_id, currency, stated_date, 0, 0, stated_at, stated_by, stated_minor
    from stated
),

running as (
    select
        *,
        sum(amount_minor) over (
            partition by account_id, currency order by posting_date, place
            range between unbounded preceding and current row
        ) as ledger_minor
    from sequence
),

proofs as (
    select
        running.account_id,
        running.currency,
        running.posting_date,
        running.stated_at,
        running.stated_by,
        cast(
            running.ledger_minor + coalesce(parts.amount_minor, 0) - coalesce(on_their_way.amount_minor, 0) as bigint
        ) as ledger_minor,
        cast(running.stated_minor as bigint) as stated_minor
    from running
    left join parts
        on running.account_id = parts.account_id
        and running.currency = parts.currency
        and running.stated_at = parts.stated_at
        and running.stated_by = parts.stated_by
    left join on_their_way
        on running.account_id = on_their_way.account_id
        and running.currency = on_their_way.currency
        and running.stated_at = on_their_way.stated_at
        and running.stated_by = on_their_way.stated_by
)

select
    account_id,
    currency,
    posting_date,
    coalesce(stated_by, 'none') as stated_by,
    stated_at,
    ledger_minor,
    stated_minor,
    ledger_minor - stated_minor as difference_minor
from proofs
