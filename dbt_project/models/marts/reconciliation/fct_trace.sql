{#- From every charge to the bank line that its money came in by, as far as the sources tell. -#}
with

members as (
    select account_id, transaction_id, payout_id from {{ ref('fct_payout_members') }}
),

feeds as (
    select * from {{ ref('int_bank_feeds') }}
),

orders as (
    select
        charges.account_id,
        charges.object_id as charge_id,
        min(orders.object_id) as order_id
    from {{ ref('fct_match_members') }} as charges
    inner join {{ ref('fct_matches') }} as matches on charges.match_id = matches.match_id
    inner join {{ ref('fct_match_members') }} as orders on charges.match_id = orders.match_id
    where charges.match_kind = 'order_charge'
        and charges.side = 'right'
        and orders.side = 'left'
        and matches.status in ('auto', 'confirmed')
    group by charges.account_id, charges.object_id
),

events as (
    select account_id, object_id, {{ first_by('event_id', 'created_at') }} as event_id
    from {{ ref('stg_stripe__events') }}
    group by account_id, object_id
)

select
    transactions.account_id,
    transactions.charge_id,
    transactions.transaction_id,
    transactions.source_object_id,
    transactions.currency,
    transactions.gross_minor as charge_minor,
    transactions.net_minor,
    orders.order_id,
    payouts.payout_id,
    -- a payout in parts has several bank lines: the first is named, all are counted
    lines.first_entry_id as bank_entry_id,
    coalesce(lines.entry_count, 0) as bank_entry_count,
    events.event_id,
    case
        when payouts.status in ('failed', 'canceled') then 'payout_failed'
        when lines.payout_id is not null then 'at_the_bank'
        when payouts.paid_date is not null and feeds.account_id is null then 'paid_out'
        when payouts.paid_date is not null and payouts.paid_date < feeds.from_date then 'paid_out'
        when payouts.payout_id is not null then 'in_transit'
        when transactions.available_at > timestamptz '{{ run_value("as_of") }}' then 'pending'
        else 'in_balance'
    end as trace_status
from {{ ref('fct_transactions') }} as transactions
left join members
    on transactions.account_id = members.account_id and transactions.transaction_id = members.transaction_id
left join {{ ref('fct_payout_reconciliation') }} as payouts
    on members.account_id = payouts.account_id and members.payout_id = payouts.payout_id
left join {{ ref('int_payouts__at_the_bank') }} as lines
    on payouts.account_id = lines.account_id and payouts.payout_id = lines.payout_id
left join feeds on transactions.account_id = feeds.account_id and transactions.currency = feeds.currency
left join orders on transactions.account_id = orders.account_id and transactions.charge_id = orders.charge_id
left join events on transactions.account_id = events.account_id and transactions.charge_id = events.object_id
where transactions.charge_id is not null
