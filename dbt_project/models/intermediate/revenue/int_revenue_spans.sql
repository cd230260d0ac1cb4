{#-
What of a component its months are worked out from, and nothing else: ten million of them become forty million months, each
as wide as this. Nothing is known before it is booked; with catch-up off, service ahead of its invoice stands in its own month.
-#}
{#- Months of service are calendar months, whatever the periods are. -#}
{%- set first_month = month_number(local_date('service_start_at')) if has_weeks() else 'first_month_number' -%}
{%- set last_month = month_number(local_date(one_second_before('service_end_at'))) if has_weeks() else 'last_month_number' -%}
with

components as (
    select
        *,
        {{ first_month }} as service_month_number,
        -- months of service in whole numbers: the month in which service ends counts only where it is the only one
        case when policy = 'months_even' then greatest({{ month_number(local_date('service_end_at')) }}, {{ first_month }} + 1)
            else {{ last_month }} end as end_month_number,
        case when policy = 'months_even_prorated' then {{ first_month }} + 1 end as second_month_number,
        case when policy = 'months_even_prorated' then {{ last_month }} end as prorated_month_number,
        {%- if run_value('catch_up') != 'true' %}
        case when event_id is not null or service_start_at >= service_end_at then effective_at else service_start_at end as known_at
        {%- else %}
        effective_at as known_at
        {%- endif %}
    from {{ ref('fct_revenue_components') }}
    -- what bills a contract is earned by its obligations
    where before_minor <> after_minor and policy <> 'by_contract'
),

months as (
    select month_number, starts_unit from {{ ref('int_revenue_months') }}
)

select
    components.account_id, components.component_id, components.currency, components.kind, components.source_object_id,
    components.event_id is null as is_base,
    components.effective_month_number,
    components.takes_effect_month_number,
    greatest(components.takes_effect_month_number, components.last_month_number) as last_recognized_month_number,
    components.base_month_number,
    components.billed_month_number,
    components.before_minor, components.after_minor,
    components.policy, components.starts_unit, components.ends_unit,
    components.service_month_number as first_month_number,
    components.end_month_number,
    {%- if has_weeks() %}
    {{ seconds_of(local_midnight(month_of_number('components.second_month_number'))) }} as second_unit,
    {{ seconds_of(local_midnight(month_of_number('components.prorated_month_number'))) }} as last_unit,
    {%- else %}
    second_months.starts_unit as second_unit,
    last_months.starts_unit as last_unit,
    {%- endif %}
    components.undone_month_number, components.undone_before_minor, components.undone_after_minor,
    components.known_at,
    components.service_end_at as ends_at,
    components.recorded_at
from components
{%- if not has_weeks() %}
left join months as second_months on components.second_month_number = second_months.month_number
left join months as last_months on components.prorated_month_number = last_months.month_number
{%- endif %}
