{#-
The schedule of every component, month by month, in closed form. What changes a component takes effect at the start of its
month: what earlier months recognized of the difference is contra revenue. What undoes a change takes its contra back, and
catches up as revenue what would have been recognized meanwhile.
-#}
-- depends_on: {{ ref('int_revenue_components__changed') }}
with

months as (
    select * from {{ ref('int_revenue_months') }}
),

components as (
    select
        spans.*,
        {{ each_of(numbers_between('spans.takes_effect_month_number', 'spans.last_recognized_month_number')) }} as month_number
    from {{ ref('int_revenue_spans') }} as spans
    {%- if is_incremental() %}
    where {{ is_changed_component('spans') }}
    {%- endif %}
),

dated as (
    select
        components.*,
        months.service_month, months.period_id,
        months.starts_unit as month_starts_unit, months.ends_unit as month_ends_unit,
        components.month_number = components.takes_effect_month_number as is_first,
        undone.starts_unit as undone_unit,
        greatest(components.known_at, least(components.ends_at, months.last_at)) as recognized_at
    from components
    inner join months on components.month_number = months.month_number
    left join months as undone on components.undone_month_number = undone.month_number
),

earned as (
    select
        *,
        {{ earned_through('after_minor', 'dated', 'month_ends_unit', 'month_number + 1') }}
        - {{ earned_through('before_minor', 'dated', 'month_ends_unit', 'month_number + 1') }} as at_end_minor,
        -- before its month nothing of a component was recognized, however early its service began
        case when is_first and base_month_number >= month_number then 0 else
            {{ earned_through('after_minor', 'dated', 'month_starts_unit', 'month_number') }}
            - {{ earned_through('before_minor', 'dated', 'month_starts_unit', 'month_number') }}
        end as at_start_minor,
        case when is_first and undone_month_number is not null then case when base_month_number >= undone_month_number then 0 else
            {{ earned_through('undone_before_minor', 'dated', 'undone_unit', 'undone_month_number') }}
            - {{ earned_through('undone_after_minor', 'dated', 'undone_unit', 'undone_month_number') }}
        end end as undone_contra_minor
    from dated
)

select
    account_id,
    component_id,
    currency,
    kind,
    source_object_id,
    is_base,
    {{ period_first_day('effective_month_number') }} as booked_month,
    service_month,
    period_id,
    -- before the month of its invoice, what is earned is receivable and not yet billed
    billed_month_number is null or month_number < billed_month_number as is_unbilled,
    cast(case when undone_contra_minor is not null then at_end_minor - undone_contra_minor else at_end_minor - at_start_minor end as bigint)
        as recognized_minor,
    cast(case when not is_first or is_base then 0 when undone_contra_minor is not null then -undone_contra_minor
        else -at_start_minor end as bigint) as contra_minor,
    recognized_at,
    recognized_at <= timestamptz '{{ run_value("as_of") }}' as is_posted,
    recorded_at
from earned
where is_first or at_end_minor <> at_start_minor
