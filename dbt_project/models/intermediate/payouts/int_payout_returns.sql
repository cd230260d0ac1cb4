{#- Where the money of each payout that came back went next, through as many payouts as it took. -#}
{#- Longer chains do not happen; the bound only keeps contradictory files from running for ever. -#}
{%- set longest = 20 -%}
with recursive

payouts as (
    select * from {{ ref('fct_payout_reconciliation') }}
),

-- brought back by a transaction of its own, or by the payout that takes it back
returns as (
    select
        payouts.account_id,
        payouts.payout_id,
        payouts.currency,
        payouts.membership_source <> 'unknowable' and payouts.member_count > 0 as has_members,
        coalesce(payouts.return_transaction_id, reversals.own_transaction_id) as transaction_id
    from payouts
    left join payouts as reversals
        on payouts.account_id = reversals.account_id and payouts.reversed_by_payout_id = reversals.payout_id
    where coalesce(payouts.return_transaction_id, reversals.own_transaction_id) is not null
),

steps as (
    select
        returns.*,
        transactions.net_minor,
        transactions.reporting_date,
        coalesce(transactions.available_at, transactions.created_at) as available_at,
        members.payout_id as next_payout_id
    from returns
    inner join {{ ref('fct_transactions') }} as transactions
        on returns.account_id = transactions.account_id and returns.transaction_id = transactions.transaction_id
    left join {{ ref('fct_payout_members') }} as members
        on returns.account_id = members.account_id and returns.transaction_id = members.transaction_id
),

chain as (
    select account_id, payout_id, next_payout_id, available_at, 1 as step_count
    from steps
    union all
    select chain.account_id, chain.payout_id, steps.next_payout_id, steps.available_at, chain.step_count + 1
    from chain
    inner join steps on chain.account_id = steps.account_id and chain.next_payout_id = steps.payout_id
    where chain.step_count < {{ longest }}
),

ends as (
    select *, row_number() over (partition by account_id, payout_id order by step_count desc) as recency
    from chain
)

select
    steps.account_id,
    steps.payout_id,
    steps.currency,
    steps.has_members,
    steps.transaction_id,
    steps.net_minor,
    steps.reporting_date,
    ends.next_payout_id as last_payout_id,
    ends.available_at as returned_at
from steps
inner join ends on steps.account_id = ends.account_id and steps.payout_id = ends.payout_id and ends.recency = 1
