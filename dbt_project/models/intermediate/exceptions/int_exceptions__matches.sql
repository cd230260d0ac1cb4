{#- Matches that a person must look at, and money that has no counterpart where it should have one. -#}
{%- set missing = [
    {
        'match_kind': 'payout_bank', 'side': 'left', 'kind': 'payout_not_at_the_bank',
        'reason': 'the bank statements of these days do not show it',
        'suggested_action': 'Ask the bank for the payment by its trace id, or add the missing statement to bank/.',
    },
    {
        'match_kind': 'payout_bank', 'side': 'right', 'kind': 'bank_line_without_payout',
        'reason': 'it looks like money from Stripe, and no payout explains it',
        'suggested_action': 'Match it by hand (tieout review regroup) or explain it; it may belong to another Stripe account.',
    },
    {
        'match_kind': 'order_charge', 'side': 'left', 'kind': 'order_without_charge',
        'reason': 'no charge pays this order',
        'suggested_action': 'Look for the payment, or mark the order as open or canceled.',
    },
    {
        'match_kind': 'order_charge', 'side': 'right', 'kind': 'charge_without_order',
        'reason': 'no order is behind this charge',
        'suggested_action': 'Add the order to business/orders.csv, or refund the charge if nobody bought anything.',
    },
] -%}
with

matches as (
    select * from {{ ref('fct_matches') }} where match_kind in ('payout_bank', 'order_charge')
),

open_matches as (
    select
        account_id,
        case status when 'review' then 'match_to_review' else 'match_ambiguous' end as kind,
        'match' as object_kind,
        match_id as object_id,
        currency,
        greatest(abs(left_minor), abs(right_minor)) as amount_minor,
        {{ local_midnight('last_date') }} as opened_at,
        evidence as reason,
        case status
            when 'review' then 'Look at it (tieout review show), then confirm or reject it.'
            else 'Its items have equal alternatives: regroup them if a document tells them apart.'
        end as suggested_action
    from matches
    where status in ('review', 'ambiguous')
),

-- a bank's history may be longer than Stripe's: lines of days of which no payout is known lack nothing
known_days as (
    select scope as account_id, currency, min(date) as first_date, max(date) as last_date
    from {{ ref('int_match_items__payouts') }}
    where object_kind = 'payout'
    group by scope, currency
),

told as (
{%- for part in missing %}
    select '{{ part.match_kind }}' as match_kind, '{{ part.side }}' as side, '{{ part.kind }}' as kind, '{{ part.reason }}' as reason,
        '{{ part.suggested_action }}' as suggested_action
    {%- if not loop.last %}
    union all
    {%- endif %}
{%- endfor %}
),

missing as (
    select
        matches.account_id,
        told.kind,
        members.object_kind,
        members.object_id,
        matches.currency,
        members.amount_minor,
        {{ local_midnight('members.member_date') }} as opened_at,
        told.reason,
        told.suggested_action
    from matches
    inner join {{ ref('fct_match_members') }} as members on matches.match_id = members.match_id
    inner join told on matches.match_kind = told.match_kind and members.side = told.side
    inner join {{ ref('fct_residuals') }} as residuals
        on matches.match_id = residuals.match_id and residuals.code = 'missing_source'
    left join known_days
        on matches.account_id = known_days.account_id
        and matches.currency = known_days.currency
        and matches.last_date between known_days.first_date and known_days.last_date
    where matches.status = 'unmatched'
        -- what is due later than `as_of` lacks nothing yet
        and members.member_date <= {{ local_date("timestamptz '" ~ run_value('as_of') ~ "'") }}
        and (matches.match_kind = 'order_charge' or members.side = 'left' or known_days.account_id is not null)
),

-- the order book says that the money went back, and no charge of the order was refunded
unrefunded as (
    select
        matches.account_id,
        'order_refund_missing' as kind,
        'order' as object_kind,
        orders.object_id,
        matches.currency,
        orders.amount_minor,
        max(charges.happened_at) as opened_at,
        'the order is refunded, its charge is not' as reason,
        'Refund the charge, or correct the order.' as suggested_action
    from matches
    inner join {{ ref('fct_match_members') }} as members on matches.match_id = members.match_id and members.side = 'left'
    inner join {{ ref('int_match_items__orders') }} as orders
        on members.account_id = orders.scope and members.object_id = orders.object_id
    inner join {{ ref('fct_match_members') }} as paid on matches.match_id = paid.match_id and paid.side = 'right'
    inner join {{ ref('int_match_items__charges') }} as charges
        on paid.account_id = charges.scope and paid.object_id = charges.object_id
    where matches.match_kind = 'order_charge' and orders.status = 'refunded'
    group by matches.account_id, orders.object_id, matches.currency, orders.amount_minor
    having not bool_or(charges.is_refunded)
)

select * from open_matches
union all
select * from missing
union all
select * from unrefunded
