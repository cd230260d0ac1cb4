{#- The entries of those groups: one for each day on which the bank booked something of it. -#}
with

groups as (
    select * from {{ ref('int_ledger__matched_groups') }}
),

movements as (
    select * from {{ ref('int_ledger__matched_movements') }}
),

days as (
    select match_id, booked_date, sum(amount_minor) as booked_minor, max(recorded_at) as recorded_at
    from {{ ref('int_ledger__matched_lines') }}
    group by match_id, booked_date
),

sides as (
    select match_id, min(source_object_id) as source_object_id, max(recorded_at) as recorded_at
    from movements
    group by match_id
),

placed as (
    select
        *,
        max(booked_date) over (partition by match_id) as last_date,
        -- a group was known when the last of its lines was
        max(recorded_at) over (partition by match_id) as lines_recorded_at
    from days
),

summed as (
    select
        placed.*,
        -- what the bank kept belongs to the day on which the group is complete
        cast(case when placed.booked_date = placed.last_date then groups.kept_minor else 0 end as bigint) as kept_minor
    from placed
    inner join groups on placed.match_id = groups.match_id
),

-- what came back takes back the entry of its arrival, whoever told of that
reversals as (
    select
        returns.match_id,
        min(case
            when arrivals.match_id is not null then concat(returns.account_id, ':', arrivals.match_id, ':', summed.last_date)
            when items.id is null then concat(returns.account_id, ':', returns.payout_id, ':arrival')
        end) as entry_id
    from movements as returns
    inner join groups on returns.match_id = groups.match_id and groups.left_count = 1
    left join movements as arrivals
        on returns.account_id = arrivals.account_id
        and returns.payout_id = arrivals.payout_id
        and arrivals.object_kind = 'payout'
    left join summed on arrivals.match_id = summed.match_id
    left join {{ ref('int_match_items__payouts') }} as items
        on returns.account_id = items.scope and returns.payout_id = items.object_id and items.object_kind = 'payout'
    where returns.object_kind = 'payout_return'
    group by returns.match_id
)

select
    concat(groups.account_id, ':', groups.match_id, ':', summed.booked_date) as entry_id,
    case when summed.booked_minor < 0 then 'bank_payment' else 'bank_receipt' end as entry_kind,
    groups.match_id,
    summed.booked_date,
    groups.account_id,
    groups.currency,
    groups.residual_code,
    groups.kept_account,
    summed.kept_minor,
    groups.day_count,
    cast(sum(abs(summed.booked_minor + summed.kept_minor))
        over (partition by groups.match_id order by summed.booked_date) as bigint) as runs_to,
    cast(abs(summed.booked_minor + summed.kept_minor) as bigint) as closes_minor,
    sides.source_object_id,
    {{ local_midnight('summed.booked_date') }} as effective_at,
    greatest(sides.recorded_at, summed.lines_recorded_at) as recorded_at,
    reversals.entry_id as reverses_entry_id
from summed
inner join groups on summed.match_id = groups.match_id
inner join sides on summed.match_id = sides.match_id
left join reversals on summed.match_id = reversals.match_id
