{#-
What became of the money of each month: paid out by a payout, or not yet.

Money of a payout that came back follows it into the payout that paid it again. What payouts by hand took cannot be
broken down by Stripe's own word: transactions that they may have taken are `unattributed`, and what such a payout
brought back is moved out of there.
-#}
with

payouts as (
    select * from {{ ref('fct_payout_reconciliation') }}
),

returns as (
    select * from {{ ref('int_payout_returns') }}
),

by_hand as (
    select account_id, currency, max(created_at) as last_at
    from payouts
    where membership_source = 'unknowable' and original_payout_id is null
        and coalesce(payout_status, '') not in ('failed', 'canceled')
    group by account_id, currency
),

inferred as (
    select account_id, transaction_id, payout_id from {{ ref('fct_payout_members') }} where membership = 'inferred'
),

moved as (
    select
        transactions.account_id,
        transactions.currency,
        {{ month_start('transactions.reporting_date') }} as transaction_month,
        case when (transactions.payout_id is distinct from transactions.source_object_id) then transactions.payout_id
            else inferred.payout_id end as payout_id,
        coalesce(transactions.available_at, transactions.created_at) <= by_hand.last_at as may_be_taken_by_hand,
        transactions.net_minor
    from {{ ref('fct_transactions') }} as transactions
    left join inferred
        on transactions.account_id = inferred.account_id and transactions.transaction_id = inferred.transaction_id
    left join by_hand
        on transactions.account_id = by_hand.account_id and transactions.currency = by_hand.currency
    left join returns
        on transactions.account_id = returns.account_id and transactions.transaction_id = returns.transaction_id
    where transactions.transaction_type <> 'payout' and returns.transaction_id is null
),

followed as (
    select
        moved.account_id, moved.currency, moved.transaction_month, moved.net_minor,
        case when returns.payout_id is not null then returns.last_payout_id else moved.payout_id end as payout_id,
        case when returns.payout_id is not null then returns.returned_at <= by_hand.last_at
            else moved.may_be_taken_by_hand end as may_be_taken_by_hand
    from moved
    left join returns on moved.account_id = returns.account_id and moved.payout_id = returns.payout_id
    left join by_hand on moved.account_id = by_hand.account_id and moved.currency = by_hand.currency
    union all
    select returns.account_id, returns.currency, {{ month_start('returns.reporting_date') }}, returns.net_minor,
        returns.last_payout_id, returns.returned_at <= by_hand.last_at
    from returns
    left join by_hand on returns.account_id = by_hand.account_id and returns.currency = by_hand.currency
    where not returns.has_members
    union all
    select account_id, currency, {{ month_start('reporting_date') }}, -net_minor, null, true
    from returns
    where not has_members
)

select
    account_id,
    currency,
    transaction_month,
    payout_id,
    case when payout_id is not null then 'paid'
        when coalesce(may_be_taken_by_hand, false) then 'unattributed'
        else 'pending' end as state,
    cast(sum(net_minor) as bigint) as net_minor
from followed
group by
    account_id, currency, transaction_month, payout_id,
    case when payout_id is not null then 'paid'
        when coalesce(may_be_taken_by_hand, false) then 'unattributed'
        else 'pending' end
