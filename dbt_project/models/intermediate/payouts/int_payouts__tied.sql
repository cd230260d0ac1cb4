{#- What stands against each payout: its members, contradictions about them, and what a sweep would have taken. -#}
-- noqa: disable=AM04
with

payouts as (
    select * from {{ ref('int_payouts__dated') }}
),

members as (
    select
        account_id, payout_id, currency, max(membership) as membership, count(*) as member_count,
        cast(sum(net_minor) as bigint) as net_minor,
        cast(sum(case when reporting_category = 'charge' then gross_minor else 0 end) as bigint) as sales_minor,
        sum(case when other_payout_id is not null then 1 else 0 end) as disputed_count
    from {{ ref('fct_payout_members') }}
    group by account_id, payout_id, currency
),

-- a payout is paid in one currency, and so are its members
foreign_members as (
    select members.account_id, members.payout_id, sum(members.member_count) as member_count,
        {{ joined_text('members.currency') }} as currencies
    from members
    inner join payouts
        on members.account_id = payouts.account_id
        and members.payout_id = payouts.payout_id
        and members.currency <> payouts.currency
    group by members.account_id, members.payout_id
),

-- the other side of a contradiction
claims as (
    select account_id, other_payout_id as payout_id, count(*) as claimed_count,
        cast(sum(net_minor) as bigint) as claimed_minor
    from {{ ref('fct_payout_members') }}
    where other_payout_id is not null
    group by account_id, other_payout_id
),

-- what names a payout of another tenant was given to the wrong one
strays as (
    select payouts.account_id, payouts.payout_id, sum(members.member_count) as member_count,
        cast(sum(members.net_minor) as bigint) as net_minor,
        {{ joined_text('members.account_id') }} as account_ids
    from members
    inner join payouts on members.payout_id = payouts.payout_id and members.account_id <> payouts.account_id
    left join payouts as own on members.account_id = own.account_id and members.payout_id = own.payout_id
    where own.payout_id is null
    group by payouts.account_id, payouts.payout_id
),

-- transactions that Stripe lists for a payout and no file holds
absent as (
    select listed.account_id, listed.payout_id, count(*) as absent_count, min(listed.transaction_id) as absent_id
    from {{ ref('stg_stripe__payout_members') }} as listed
    left join {{ ref('stg_stripe__balance_transactions') }} as transactions
        on listed.account_id = transactions.account_id and listed.transaction_id = transactions.transaction_id
    where not listed.is_deleted and transactions.transaction_id is null
    group by listed.account_id, listed.payout_id
),

-- a tenant whose transactions were never received says nothing about its payouts
tenants as (
    select distinct account_id from {{ ref('fct_transactions') }}
)

select
    payouts.*,
    members.membership,
    coalesce(members.member_count, 0) as member_count,
    members.net_minor as members_net_minor,
    members.sales_minor,
    coalesce(members.disputed_count, 0) + coalesce(claims.claimed_count, 0) as disputed_count,
    coalesce(foreign_members.member_count, 0) as foreign_count,
    foreign_members.currencies as foreign_currencies,
    coalesce(strays.member_count, 0) as stray_count,
    strays.net_minor as stray_minor,
    strays.account_ids as stray_account_ids,
    coalesce(absent.absent_count, 0) as absent_count,
    absent.absent_id,
    sweeps.payout_id is not null as was_swept,
    sweeps.found_minor,
    sweeps.found_count,
    coalesce(sweeps.by_hand_count, 0) as by_hand_count,
    coalesce(sweeps.has_several_pools, false) as has_several_pools,
    tenants.account_id is not null as has_transactions
from payouts
left join members
    on payouts.account_id = members.account_id
    and payouts.payout_id = members.payout_id
    and payouts.currency = members.currency
left join foreign_members
    on payouts.account_id = foreign_members.account_id and payouts.payout_id = foreign_members.payout_id
left join claims on payouts.account_id = claims.account_id and payouts.payout_id = claims.payout_id
left join strays on payouts.account_id = strays.account_id and payouts.payout_id = strays.payout_id
left join absent on payouts.account_id = absent.account_id and payouts.payout_id = absent.payout_id
left join {{ ref('int_payouts__sweeps') }} as sweeps
    on payouts.account_id = sweeps.account_id and payouts.payout_id = sweeps.payout_id
left join tenants on payouts.account_id = tenants.account_id
