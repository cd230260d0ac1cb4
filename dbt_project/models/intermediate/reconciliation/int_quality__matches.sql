{#- How much money is explained and how many matches no person had to make; per kind of match, tenant and currency. -#}
{#- Days after which an item should be explained. -#}
{%- set grace_days = 4 -%}
with

matches as (
    select *, concat_ws('/', match_kind, account_id, currency) as slice, greatest(abs(left_minor), abs(right_minor)) as money
    from {{ ref('fct_matches') }}
    where {{ days_after('last_date', grace_days) }} <= {{ local_date("timestamptz '" ~ run_value('as_of') ~ "'") }}
),

unexplained as (
    select
        match_id,
        sum(case when code = 'unexplained' then abs(amount_minor) else 0 end) as unexplained_minor,
        sum(case when code = 'missing_source' then abs(amount_minor) else 0 end) as missing_minor
    from {{ ref('fct_residuals') }}
    group by match_id
),

measured as (
    select matches.*, unexplained.unexplained_minor, unexplained.missing_minor
    from matches
    left join unexplained on matches.match_id = unexplained.match_id
),

per_slice as (
    select
        slice,
        sum(money) as money,
        sum(money) - sum(coalesce(unexplained_minor, 0)) as explained_minor,
        sum(money) - sum(coalesce(missing_minor, 0)) as found_minor,
        count(case when left_count > 0 then 1 end) as expected,
        count(case when left_count > 0 and status <> 'unmatched' then 1 end) as matched,
        count(case when left_count > 0 and status in ('auto', 'confirmed') then 1 end) as settled,
        count(case when left_count > 0 and status = 'auto' then 1 end) as automatic,
        count(case when status in ('review', 'ambiguous') then 1 end) as open_matches
    from measured
    group by slice
),

tiers as (
    select concat_ws('/', match_kind, tier, status) as slice, count(*) as matches, sum(1) as total
    from matches
    group by match_kind, tier, status
)

select 'explained_money' as measure, slice, explained_minor as numerator, money as denominator, 0.9999 as aim from per_slice
union all
select 'found_money', slice, found_minor, money, 0.9999 from per_slice
union all
select 'matched', slice, matched, expected, null from per_slice
union all
select 'settled', slice, settled, expected, null from per_slice
union all
select 'straight_through', slice, automatic, expected, 0.93 from per_slice
union all
select 'open_matches', slice, open_matches, expected, null from per_slice
union all
select 'matches_by_tier', slice, matches, total, null from tiers
