{#-
The schedule of every component, month by month, in closed form. What changes a component takes effect at the start of its
month: what earlier months recognized of the difference is contra revenue. What undoes a change takes its contra back, and
catches up as revenue what would have been recognized meanwhile.
-#}
{#- Nothing is known before it is booked; with catch-up off, service ahead of its invoice stands in its own month. -#}
{%- set recognized_at -%}
    greatest(
        {%- if run_value('catch_up') != 'true' %}case when event_id is not null or starts_at >= ends_at then effective_at else starts_at end
        {%- else %}effective_at{% endif %}, least(ends_at, month_last_at))
{%- endset -%}
with

months as (
    select * from {{ ref('int_revenue_months') }}
),

components as (
    select
        *,
        {{ month_start(local_date('effective_at')) }} as booked_month,
        -- months of service in whole numbers: the month in which service ends counts only where it is the only one
        case when policy = 'months_even_prorated' then last_month_number
            else greatest({{ month_number(local_date('service_end_at')) }}, first_month_number + 1) end as end_month_number,
        {{ each_of(numbers_between('takes_effect_month_number', 'greatest(takes_effect_month_number, last_month_number)')) }} as month_number
    from {{ ref('fct_revenue_components') }}
    where before_minor <> after_minor
),

dated as (
    select
        components.*,
        components.service_start_at as starts_at,
        components.service_end_at as ends_at,
        months.service_month, months.period_id,
        months.last_at as month_last_at,
        months.starts_unit as month_starts_unit, months.ends_unit as month_ends_unit,
        components.month_number = components.takes_effect_month_number as is_first,
        second_months.starts_unit as second_unit,
        last_months.starts_unit as last_unit,
        undone.starts_unit as undone_unit
    from components
    inner join months on components.month_number = months.month_number
    left join months as second_months
        on components.policy = 'months_even_prorated' and components.first_month_number + 1 = second_months.month_number
    left join months as last_months
        on components.policy = 'months_even_prorated' and components.last_month_number = last_months.month_number
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
    event_id is null as is_base,
    booked_month,
    service_month,
    period_id,
    -- before the month of its invoice, what is earned is receivable and not yet billed
    billed_month_number is null or month_number < billed_month_number as is_unbilled,
    cast(case when undone_contra_minor is not null then at_end_minor - undone_contra_minor else at_end_minor - at_start_minor end as bigint)
        as recognized_minor,
    cast(case when not is_first or event_id is null then 0 when undone_contra_minor is not null then -undone_contra_minor
        else -at_start_minor end as bigint) as contra_minor,
    {{ recognized_at }} as recognized_at,
    {{ recognized_at }} <= timestamptz '{{ run_value("as_of") }}' as is_posted,
    recorded_at
from earned
where is_first or at_end_minor <> at_start_minor
