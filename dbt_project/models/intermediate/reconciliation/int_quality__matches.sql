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
        account_id,
        currency,
        sum(money) as money,
        sum(money) - sum(coalesce(unexplained_minor, 0)) as explained_minor,
        sum(money) - sum(coalesce(missing_minor, 0)) as found_minor,
        count(case when left_count > 0 then 1 end) as expected,
        count(case when left_count > 0 and status <> 'unmatched' then 1 end) as matched,
        count(case when left_count > 0 and status in ('auto', 'confirmed') then 1 end) as settled,
        count(case when left_count > 0 and status = 'auto' then 1 end) as automatic,
        count(case when status in ('review', 'ambiguous') then 1 end) as open_matches
    from measured
    group by slice, account_id, currency
),

tiers as (
    select
        concat_ws('/', match_kind, account_id, currency, tier, status) as slice, account_id, currency,
        count(*) as matches, sum(sum(1)) over (partition by match_kind, account_id, currency) as total
    from matches
    group by match_kind, account_id, currency, tier, status
)

select 'explained_money' as measure, slice, account_id, currency, explained_minor as numerator, money as denominator, 0.9999 as aim from per_slice
union all
select 'found_money', slice, account_id, currency, found_minor, money, 0.9999 from per_slice
union all
select 'matched', slice, account_id, currency, matched, expected, null from per_slice
union all
select 'settled', slice, account_id, currency, settled, expected, null from per_slice
union all
select 'straight_through', slice, account_id, currency, automatic, expected, 0.93 from per_slice
union all
select 'open_matches', slice, account_id, currency, open_matches, expected, null from per_slice
union all
select 'matches_by_tier', slice, account_id, currency, matches, total, null from tiers
