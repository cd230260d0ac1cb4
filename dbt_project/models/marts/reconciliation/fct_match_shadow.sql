{#- What the lessons that nobody accepted yet would change: the matches of today against those of the shadow. -#}
with

items as (
    select id, 'left' as side, scope as account_id, currency, amount_minor from {{ ref('int_match_items__payouts') }}
    union all
    select id, 'right' as side, scope as account_id, currency, amount_minor from {{ ref('int_match_items__bank') }}
),

groups as (
    select 'live' as run, group_number, status, side, item_id from {{ ref('int_match_groups__payout_bank') }}
    where status <> 'unmatched'
    union all
    select 'shadow' as run, group_number, status, side, item_id from {{ ref('int_match_groups__payout_bank_shadow') }}
    where status <> 'unmatched'
),

listed as (
    select
        groups.run,
        groups.group_number,
        min(groups.status) as status,
        min(items.account_id) as account_id,
        min(items.currency) as currency,
        coalesce({{ sorted_text("case when groups.side = 'left' then groups.item_id end") }}, '') as left_ids,
        coalesce({{ sorted_text("case when groups.side = 'right' then groups.item_id end") }}, '') as right_ids,
        cast(greatest(
            abs(sum(case when groups.side = 'left' then items.amount_minor else 0 end)),
            abs(sum(case when groups.side = 'right' then items.amount_minor else 0 end))
        ) as bigint) as amount_minor
    from groups
    inner join items on groups.side = items.side and groups.item_id = items.id
    group by groups.run, groups.group_number
),

live as (
    select * from listed where run = 'live'
),

shadow as (
    select * from listed where run = 'shadow'
),

compared as (
    select
        coalesce(live.account_id, shadow.account_id) as account_id,
        coalesce(live.currency, shadow.currency) as currency,
        coalesce(live.left_ids, shadow.left_ids) as left_ids,
        coalesce(live.right_ids, shadow.right_ids) as right_ids,
        coalesce(live.amount_minor, shadow.amount_minor) as amount_minor,
        live.status as live_status,
        shadow.status as shadow_status
    from live
    full outer join shadow
        on live.left_ids = shadow.left_ids and live.right_ids = shadow.right_ids
)

select
    'payout_bank' as match_kind,
    case when live_status is null then 'new' when shadow_status is null then 'lost' else 'changed' end as change,
    account_id,
    currency,
    left_ids,
    right_ids,
    amount_minor,
    live_status,
    shadow_status
from compared
where live_status is distinct from shadow_status
