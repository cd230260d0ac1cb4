{#- Who is in which match; the sales of a payout, and both ends of what moved between tenants, too. -#}
with

found as (
    select summed.match_id, members.*
    from {{ ref('int_match_groups__unioned') }} as members
    inner join {{ ref('int_match_groups__summed') }} as summed
        on members.match_kind = summed.match_kind and members.group_number = summed.group_number
),

payouts as (
    select * from {{ ref('int_matches__sales_payout') }}
),

moved as (
    select * from {{ ref('int_matches__platform_connected') }}
)

select
    match_id, match_kind, side, account_id, object_kind, object_id, currency, date as member_date, amount_minor
from found
union all
select match_id, match_kind, 'right', account_id, 'payout', payout_id, currency, last_date, right_minor
from payouts
union all
select
    payouts.match_id, payouts.match_kind, 'left', members.account_id, 'balance_transaction', members.transaction_id,
    members.currency, payouts.first_date, members.gross_minor
from {{ ref('fct_payout_members') }} as members
inner join payouts on members.account_id = payouts.account_id and members.payout_id = payouts.payout_id
where members.reporting_category = 'charge' and members.currency = payouts.currency
union all
select match_id, match_kind, 'left', account_id, ledger_account, mirror_id, currency, first_date, left_minor
from moved
where left_count > 0
union all
-- whose the other end is may not be known: its books are not there
select
    match_id, match_kind, 'right', coalesce(counterparty_account_id, 'unknown'), ledger_account, mirror_id,
    currency, first_date, right_minor
from moved
where right_count > 0
