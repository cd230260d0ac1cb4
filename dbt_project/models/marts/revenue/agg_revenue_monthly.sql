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
        schedule.recognized_minor, schedule.contra_minor
        {%- for column in slices.values() %},
        coalesce(components.{{ column }}, 'none') as {{ column }}
        {%- endfor %}
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join {{ ref('fct_revenue_components') }} as components
        on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    where schedule.is_posted
)

select
    account_id,
    currency,
    revenue_month,
    case
        {%- for slice, column in slices.items() %}
        when grouping({{ column }}) = 0 then '{{ slice }}'
        {%- endfor %}
        else 'all'
    end as slice_kind,
    coalesce({{ slices.values() | join(', ') }}, 'all') as slice_value,
    cast(sum(recognized_minor) as bigint) as revenue_minor,
    {%- for contra, kinds in contras.items() %}
    cast(sum(case when kind in ('{{ kinds | join("', '") }}') then contra_minor else 0 end) as bigint) as {{ contra }}_minor,
    {%- endfor %}
    cast(sum(contra_minor) as bigint) as contra_minor,
    cast(sum(recognized_minor) - sum(contra_minor) as bigint) as net_revenue_minor
from revenue
group by grouping sets (
    (account_id, currency, revenue_month){% for column in slices.values() %},
    (account_id, currency, revenue_month, {{ column }})
    {%- endfor %}
)
