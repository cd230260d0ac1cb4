{#-
What each version of an obligation adds to each month. Months that were over when new terms took hold keep what they had; the
month in which they do takes up what catches up.
-#}
with

versions as (
    select * from {{ ref('int_contract_versions') }}
),

terms as (
    select * from {{ ref('int_contract_terms') }} where not is_set_apart
),

months as (
    select
        progress.account_id, progress.obligation_id, progress.month_number, progress.looked_at, progress.reached_unit,
        progress.fulfilled_at, progress.recorded_at,
        coalesce(max(terms.version_number), 0) as versions_by_then
    from {{ ref('int_contract_progress') }} as progress
    left join terms
        on progress.account_id = terms.account_id and progress.obligation_id = terms.obligation_id
        and progress.looked_at > terms.effective_at
    where progress.month_number is not null
    group by all
),

-- what was earned by the end of each month, as the first so many versions tell it
earned as (
    select
        versions.account_id, versions.contract_id, versions.obligation_id, versions.measure, versions.version_number,
        months.month_number, months.looked_at, months.fulfilled_at, months.recorded_at,
        standing.version_number as standing_version,
        coalesce({{ earned_to('standing', 'months.reached_unit') }}, 0) as earned_minor
    from versions
    inner join months on versions.account_id = months.account_id and versions.obligation_id = months.obligation_id
    left join versions as standing
        on versions.account_id = standing.account_id and versions.obligation_id = standing.obligation_id
        and versions.measure = standing.measure
        and least(versions.version_number, months.versions_by_then) = standing.version_number
),

gained as (
    select
        *,
        earned_minor - coalesce(lag(earned_minor) over (
            partition by account_id, obligation_id, measure, version_number order by month_number
        ), 0) as gained_minor
    from earned
),

added as (
    select
        *,
        gained_minor - coalesce(lag(gained_minor) over (
            partition by account_id, obligation_id, measure, month_number order by version_number
        ), 0) as amount_minor
    from gained
)

select
    added.account_id, added.contract_id, added.obligation_id, added.measure, added.version_number,
    added.month_number,
    terms.customer_id, terms.product_id, terms.currency,
    cast(added.amount_minor as bigint) as amount_minor,
    terms.effective_at as agreed_at,
    -- the last second of the month, or of what it was earned by; never before the terms that say so
    greatest(
        terms.effective_at, {{ local_midnight(period_first_day('added.month_number')) }},
        least({{ one_second_before('added.looked_at') }},
            case when terms.is_by_units then added.fulfilled_at else standing.service_end_at end)
    ) as earned_at,
    greatest(terms.recorded_at, coalesce(added.recorded_at, terms.recorded_at)) as recorded_at
from added
inner join terms
    on added.account_id = terms.account_id and added.obligation_id = terms.obligation_id and added.version_number = terms.version_number
left join terms as standing
    on added.account_id = standing.account_id and added.obligation_id = standing.obligation_id
    and added.standing_version = standing.version_number
where added.amount_minor <> 0
