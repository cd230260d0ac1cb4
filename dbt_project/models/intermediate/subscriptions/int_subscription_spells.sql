{#-
Spells of late payment, each with the instant at which it stops counting: when Stripe gives up (`unpaid`), or so many days after
the first failed attempt. Phases that touch or overlap are one spell: a month that follows unpaid does not start the days anew.
-#}
with

late as (
    select
        *,
        max(coalesce(ends_at, timestamptz '9999-01-01')) over (
            partition by account_id, subscription_id order by starts_at, ends_at nulls last rows between unbounded preceding and 1 preceding
        ) as covered_until
    from {{ ref('int_subscription_phases') }}
    where phase = 'late'
),

islands as (
    select
        *,
        sum(case when covered_until >= starts_at then 0 else 1 end) over (
            partition by account_id, subscription_id order by starts_at, ends_at nulls last rows between unbounded preceding and current row
        ) as island
    from late
),

spells as (
    select
        account_id, subscription_id,
        min(starts_at) as late_at,
        case when count(ends_at) = count(*) then max(ends_at) end as resolved_at
    from islands
    group by account_id, subscription_id, island
),

given_up as (
    select spells.account_id, spells.subscription_id, spells.late_at, min(phases.starts_at) as unpaid_at
    from spells
    inner join {{ ref('int_subscription_phases') }} as phases
        on spells.account_id = phases.account_id and spells.subscription_id = phases.subscription_id and phases.phase = 'unpaid'
        and spells.late_at <= phases.starts_at and (spells.resolved_at is null or spells.resolved_at > phases.starts_at)
    group by spells.account_id, spells.subscription_id, spells.late_at
),

dropped as (
    select
        spells.*,
        given_up.unpaid_at,
        {% if 'stripe' in [run_value('metrics_mode'), run_value('churn_timing')] -%}
        given_up.unpaid_at
        {%- else -%}
        least(given_up.unpaid_at, {{ seconds_later('spells.late_at', run_value('past_due_days') ~ ' * 86400') }})
        {%- endif %} as drop_at
    from spells
    left join given_up
        on spells.account_id = given_up.account_id and spells.subscription_id = given_up.subscription_id and spells.late_at = given_up.late_at
)

select
    account_id,
    subscription_id,
    late_at,
    resolved_at,
    unpaid_at,
    case when (resolved_at is null or drop_at < resolved_at) and drop_at <= timestamptz '{{ run_value("as_of") }}' then drop_at end as drop_at
from dropped
