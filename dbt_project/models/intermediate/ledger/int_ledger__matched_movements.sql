{#- Payouts, returns and top-ups of the groups that the books follow, each with the item that it closes. -#}
with

movements as (
    select
        groups.match_id,
        groups.account_id,
        groups.currency,
        items.object_kind,
        items.object_id,
        items.payout_id,
        items.due_date,
        items.amount_minor - case when groups.residual_code = 'fee' then items.fee_minor else 0 end as amount_minor
    from {{ ref('int_ledger__matched_groups') }} as groups
    inner join {{ ref('int_match_groups__unioned') }} as members
        on groups.match_kind = members.match_kind and groups.group_number = members.group_number and members.side = 'left'
    inner join {{ ref('int_match_items__payouts') }} as items on members.item_id = items.id
),

-- also those after `as_of`: the receipt is what counts here
returns as (
    select account_id, source_object_id as payout_id, min(recorded_at) as recorded_at
    from {{ ref('stg_stripe__balance_transactions') }}
    where not is_deleted and transaction_type in ('payout_failure', 'payout_cancel')
    group by account_id, source_object_id
)

select
    movements.match_id,
    movements.account_id,
    movements.currency,
    movements.object_kind,
    movements.object_id,
    movements.payout_id,
    coalesce(movements.payout_id, movements.object_id) as source_object_id,
    coalesce(topups.gross_account, 'payouts_in_transit') as clearing_account,
    coalesce(movements.payout_id, topups.source_object_id, movements.object_id) as clearing_id,
    movements.amount_minor,
    greatest(payouts.recorded_at, case when movements.object_kind = 'payout_return' then returns.recorded_at end,
        topups.recorded_at) as recorded_at,
    -- up to where its amount reaches in the sum of the group, for lines that came on several days
    cast(sum(abs(movements.amount_minor)) over (
        partition by movements.match_id order by movements.due_date, movements.object_kind, movements.object_id
    ) as bigint) as runs_to
from movements
left join {{ ref('stg_stripe__payouts') }} as payouts
    on movements.account_id = payouts.account_id and movements.payout_id = payouts.payout_id
left join returns on movements.account_id = returns.account_id and movements.payout_id = returns.payout_id
left join {{ ref('int_ledger__transactions') }} as topups
    on movements.payout_id is null
    and movements.account_id = topups.account_id
    and movements.object_id = topups.transaction_id
