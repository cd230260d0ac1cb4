{%- set contras = {
    'refunds': ['refund', 'refund_failure', 'charge_failure', 'platform_earning_refund'],
    'disputes': ['dispute', 'dispute_reversal'],
    'credit_notes': ['credit_note', 'credit_note_void'],
    'voids': ['void', 'item_deleted'],
    'write_offs': ['write_off', 'write_off_voided', 'write_off_recovered'],
    'exclusions': ['exclusion'],
} -%}
{%- set slices = {'product': 'product_id', 'customer': 'customer_id', 'price': 'price_id', 'obligation': 'obligation', 'party': 'party'} -%}
with

revenue as (
    select
        schedule.account_id, schedule.currency, schedule.service_month as revenue_month, schedule.kind,
        {%- for column in slices.values() %}
        components.{{ column }},
        {%- endfor %}
        sum(schedule.recognized_minor) as recognized_minor,
        sum(schedule.contra_minor) as contra_minor
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join {{ ref('fct_revenue_components') }} as components
        on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    where schedule.is_posted
    group by
        schedule.account_id, schedule.currency, schedule.service_month, schedule.kind
        {%- for column in slices.values() %},
        components.{{ column }}
        {%- endfor %}
),

slices as (
    select 'all' as slice_kind
    {%- for slice in slices %}
    union all
    select '{{ slice }}'
    {%- endfor %}
),

sliced as (
    select
        revenue.account_id, revenue.currency, revenue.revenue_month, revenue.kind, revenue.recognized_minor, revenue.contra_minor,
        slices.slice_kind,
        case when slices.slice_kind = 'all' then 'all' else coalesce(case slices.slice_kind
            {%- for slice, column in slices.items() %}
            when '{{ slice }}' then revenue.{{ column }}
            {%- endfor %}
        end, 'none') end as slice_value
    from revenue
    cross join slices
)

select
    account_id,
    currency,
    revenue_month,
    slice_kind,
    slice_value,
    cast(sum(recognized_minor) as bigint) as revenue_minor,
    {%- for contra, kinds in contras.items() %}
    cast(sum(case
        when kind in ('{{ kinds | join("', '") }}') then contra_minor
        else 0
    end) as bigint) as {{ contra }}_minor,
    {%- endfor %}
    cast(sum(contra_minor) as bigint) as contra_minor,
    cast(sum(recognized_minor) - sum(contra_minor) as bigint) as net_revenue_minor
from sliced
group by account_id, currency, revenue_month, slice_kind, slice_value
