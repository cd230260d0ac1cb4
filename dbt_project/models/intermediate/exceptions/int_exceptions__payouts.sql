with

payouts as (
    select * from {{ ref('fct_payout_reconciliation') }} where status = 'exception'
),

differences as (
    select
        account_id,
        case verdict
            when 'no_members' then 'payout_without_members'
            when 'foreign' then 'payout_currency_differs'
            else 'payout_members_differ'
        end as kind,
        'payout' as object_kind,
        payout_id as object_id,
        currency,
        difference_minor as amount_minor,
        created_at as opened_at,
        reason,
        case verdict
            when 'no_members'
                then 'Export balance_transactions for the time before the payout, or extract the members of payouts.'
            when 'foreign' then 'Ask Stripe which payout these transactions belong to; one payout has one currency.'
            when 'conflict' then 'Decide which payout has the transactions that two claim; the rest follows.'
            else 'Export balance_transactions again for the time of the payout; a member is missing or repeated.'
        end as suggested_action
    from payouts
    where verdict <> 'conflict' or difference_minor <> 0
),

conflicts as (
    select
        members.account_id,
        'payout_membership_conflict' as kind,
        'balance_transaction' as object_kind,
        members.transaction_id as object_id,
        members.currency,
        members.net_minor as amount_minor,
        transactions.created_at as opened_at,
        concat('counted with ', members.payout_id, ', and ', members.other_payout_id, ' claims it too') as reason,
        'Ask Stripe which of the two payouts paid it out, and export both again.' as suggested_action
    from {{ ref('fct_payout_members') }} as members
    inner join {{ ref('fct_transactions') }} as transactions
        on members.account_id = transactions.account_id and members.transaction_id = transactions.transaction_id
    where members.other_payout_id is not null
),

-- payouts by hand have no members that could show it
repeats as (
    select
        *,
        lag(payout_id) over same_order as previous_id,
        lag(created_at) over same_order as previous_at
    from {{ ref('fct_payout_reconciliation') }}
    where status = 'unknowable_manual' and not is_automatic and original_payout_id is null
    window same_order as (partition by account_id, currency, destination_id, payout_minor order by created_at, payout_id)
),

sent_twice as (
    select
        account_id,
        'payout_sent_twice' as kind,
        'payout' as object_kind,
        payout_id as object_id,
        currency,
        payout_minor as amount_minor,
        created_at as opened_at,
        concat('the amount of ', previous_id, ' again, to the same destination within a day') as reason,
        'Ask who sent it; if it was a mistake, the money is at the bank and the next payouts will be smaller.' as suggested_action
    from repeats
    where created_at <= previous_at + interval '1 day'
)

select * from differences
union all
select * from conflicts
union all
select * from sent_twice
