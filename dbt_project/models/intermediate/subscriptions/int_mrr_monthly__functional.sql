{#-
The same months in the functional currency. Opening and movements are at the rate with which the month opens, the closing at that
with which it closes; the difference is the `fx` line. What has no rate is left out and listed as an exception.
-#}
{%- set money = ['new_mrr', 'expansion_mrr', 'reactivation_mrr', 'contraction_mrr', 'churn_mrr', 'opening_mrr', 'usage_mrr',
    'then_1_mrr', 'kept_1_mrr', 'net_1_mrr', 'then_12_mrr', 'kept_12_mrr', 'net_12_mrr'] -%}
{%- set counts = ['new_customers', 'churned_customers', 'reactivated_customers', 'moved_customers', 'opening_customers',
    'closing_customers', 'up_for_renewal', 'renewed'] -%}
with

rated as (
    select
        months.*,
        rates.opening_own, rates.opening_functional, rates.closing_own, rates.closing_functional,
        own.exponent as own_exponent, functional.exponent as functional_exponent
    from {{ ref('int_mrr_monthly') }} as months
    inner join {{ ref('int_mrr_rates') }} as rates
        on months.currency = rates.currency and months.month_number = rates.month_number and rates.closing_own is not null
    inner join {{ ref('int_currencies') }} as own on months.currency = own.currency
    inner join {{ ref('int_currencies') }} as functional on functional.currency = '{{ run_value("functional_currency") }}'
),

converted as (
    select
        account_id, slice_kind, slice_value, month_number,
        {%- for name in money %}
        {{ at_rates(name, 'opening_own', 'own_exponent', 'opening_functional', 'functional_exponent') }} as {{ name }},
        {%- endfor %}
        {{ at_rates('closing_mrr', 'closing_own', 'own_exponent', 'closing_functional', 'functional_exponent') }} as closing_mrr,
        {{ at_rates('at_risk_mrr', 'closing_own', 'own_exponent', 'closing_functional', 'functional_exponent') }} as at_risk_mrr,
        {{ counts | join(', ') }}
    from rated
)

select
    account_id,
    '{{ run_value("functional_currency") }}' as currency,
    slice_kind,
    slice_value,
    month_number,
    {%- for name in money + ['closing_mrr', 'at_risk_mrr'] + counts %}
    sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from converted
group by account_id, slice_kind, slice_value, month_number
