{#- Every member of every group that a matcher found, with the money of it. -#}
select
    'payout_bank' as match_kind,
    groups.group_number, groups.tier, groups.confidence, groups.alternative_count, groups.status,
    groups.evidence, groups.side, groups.item_id,
    items.scope as account_id,
    items.currency,
    items.object_kind,
    items.object_id,
    items.date,
    items.amount_minor,
    items.known_until,
    cast(null as varchar) as bank_account,
    items.fee_minor,
    0 as charges_minor
from {{ ref('int_match_groups__payout_bank') }} as groups
inner join {{ ref('int_match_items__payouts') }} as items on groups.item_id = items.id
where groups.side = 'left'
union all
select
    'payout_bank', groups.group_number, groups.tier, groups.confidence, groups.alternative_count, groups.status,
    groups.evidence, groups.side, groups.item_id,
    items.scope, items.currency, items.object_kind, items.object_id, items.date,
    items.amount_minor, {{ no_day() }}, items.bank_account, 0, items.charges_minor
from {{ ref('int_match_groups__payout_bank') }} as groups
inner join {{ ref('int_match_items__bank') }} as items on groups.item_id = items.id
where groups.side = 'right'
union all
select
    'order_charge', groups.group_number, groups.tier, groups.confidence, groups.alternative_count, groups.status,
    groups.evidence, groups.side, groups.item_id,
    items.scope, items.currency, items.object_kind, items.object_id, items.date,
    items.amount_minor, {{ no_day() }}, null, 0, 0
from {{ ref('int_match_groups__order_charge') }} as groups
inner join {{ ref('int_match_items__orders') }} as items on groups.item_id = items.id
where groups.side = 'left'
union all
select
    'order_charge', groups.group_number, groups.tier, groups.confidence, groups.alternative_count, groups.status,
    groups.evidence, groups.side, groups.item_id,
    items.scope, items.currency, items.object_kind, items.object_id, items.date,
    items.amount_minor, {{ no_day() }}, null, 0, 0
from {{ ref('int_match_groups__order_charge') }} as groups
inner join {{ ref('int_match_items__charges') }} as items on groups.item_id = items.id
where groups.side = 'right'
