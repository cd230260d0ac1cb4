with

components as (
    select
        *,
        {{ period_number(local_date('starts_at')) }} as first_month_number,
        case when starts_at < ends_at then {{ period_number(local_date(one_second_before('ends_at'))) }}
            else {{ period_number(local_date('starts_at')) }} end as last_month_number,
        {{ period_number(local_date('effective_at')) }} as effective_month_number,
        {{ period_number(local_date('booked_at')) }} as booked_month_number,
        {{ period_number(local_date('undone_at')) }} as undone_month_number
    from {{ ref('int_revenue_components') }}
),

placed as (
    select
        *,
        {%- if run_value('catch_up') == 'true' %}
        greatest(booked_month_number, first_month_number) as base_month_number
        {%- else %}
        case when starts_at < ends_at then first_month_number else greatest(booked_month_number, first_month_number) end as base_month_number
        {%- endif %}
    from components
)

select
    account_id,
    component_id,
    parent_component_id,
    kind,
    bill_kind,
    bill_id,
    event_id,
    customer_id,
    product_id,
    price_id,
    invoice_id,
    contract_id,
    source_object_id,
    obligation,
    party,
    currency,
    after_minor - before_minor as amount_minor,
    before_minor,
    after_minor,
    presentment_currency,
    cast(presentment_minor as bigint) as presentment_minor,
    starts_at as service_start_at,
    ends_at as service_end_at,
    effective_at,
    booked_at,
    billed_at,
    policy,
    policy_version,
    {{ seconds_of('starts_at') }} as starts_unit,
    {{ seconds_of('ends_at') }} as ends_unit,
    effective_month_number,
    first_month_number,
    last_month_number,
    -- the month whose books take it up: a line when it is both booked and served, whatever changes it when it happens
    case when event_id is not null then effective_month_number else base_month_number end as takes_effect_month_number,
    base_month_number,
    {{ period_number(local_date('billed_at')) }} as billed_month_number,
    undone_month_number,
    undone_before_minor,
    undone_after_minor,
    recorded_at
from placed
