{#- Every member of every group that a matcher found, with the money of it. -#}
{%- set sides = [
    {'match_kind': 'payout_bank', 'side': 'left', 'items': 'payouts', 'known_until': 'items.known_until', 'fee_minor': 'items.fee_minor'},
    {'match_kind': 'payout_bank', 'side': 'right', 'items': 'bank', 'bank_account': 'items.bank_account', 'charges_minor': 'items.charges_minor'},
    {'match_kind': 'order_charge', 'side': 'left', 'items': 'orders'},
    {'match_kind': 'order_charge', 'side': 'right', 'items': 'charges'},
] -%}
{%- for part in sides %}
select
    '{{ part.match_kind }}' as match_kind,
    groups.group_number, groups.tier, groups.confidence, groups.alternative_count, groups.status,
    groups.evidence, groups.side, groups.item_id,
    items.scope as account_id,
    items.currency,
    items.object_kind,
    items.object_id,
    items.date,
    items.amount_minor,
    {{ part.known_until | default(no_day()) }} as known_until,
    {{ part.bank_account | default('cast(null as varchar)') }} as bank_account,
    {{ part.fee_minor | default(0) }} as fee_minor,
    {{ part.charges_minor | default(0) }} as charges_minor
from {{ ref('int_match_groups__' ~ part.match_kind) }} as groups
inner join {{ ref('int_match_items__' ~ part['items']) }} as items on groups.item_id = items.id
where groups.side = '{{ part.side }}'
{{ 'union all' if not loop.last }}
{%- endfor %}
