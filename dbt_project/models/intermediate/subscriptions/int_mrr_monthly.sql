{#- Every month of every slice in the currency of its prices, from its first one to that of `as_of`. -#}
with

moved as (
    select
        {{ mrr_key() }}, {{ month_number('month') }} as month_number,
        {%- for movement in ['new', 'expansion', 'reactivation'] %}
        sum(case when movement = '{{ movement }}' then change else 0 end) as {{ movement }}_mrr,
        {%- endfor %}
        {%- for movement in ['contraction', 'churn'] %}
        sum(case when movement = '{{ movement }}' then -change else 0 end) as {{ movement }}_mrr,
        {%- endfor %}
        sum(change) as change,
        count(case when movement = 'new' and mrr_before = 0 then 1 end) as new_customers,
        count(case when movement = 'churn' and mrr_after = 0 then 1 end) as churned_customers,
        count(case when movement = 'reactivation' and mrr_before = 0 then 1 end) as reactivated_customers,
        count(case when mrr_before = 0 then 1 end) - count(case when mrr_after = 0 then 1 end) as customers_change
    from {{ ref('int_mrr_slices') }}
    group by {{ mrr_key() }}, {{ month_number('month') }}
),

beside as (
    select *, {{ month_number('month') }} as month_number from {{ ref('int_mrr_beside') }}
),

first_months as (
    select {{ mrr_key() }}, min(month_number) as first_number
    from (
        select {{ mrr_key() }}, month_number from moved
        union all
        select {{ mrr_key() }}, month_number from beside
    ) as known  -- noqa: ST05
    group by {{ mrr_key() }}
),

months as (
    select
        {{ mrr_key() }},
        {{ each_of(numbers_between('first_number', month_number(local_date("timestamptz '" ~ run_value('as_of') ~ "'")))) }} as month_number
    from first_months
),

retained as (
    select
        {{ mrr_key() }}, month_number,
        {%- for lag in [1, 12] %}
        {%- for name in ['then', 'kept', 'net'] %}
        sum(case when lag_months = {{ lag }} then {{ name }}_change else 0 end) as {{ name }}_{{ lag }}_change
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_mrr_retention') }}
    group by {{ mrr_key() }}, month_number
),

filled as (
    select
        {{ mrr_key('months') }}, months.month_number,
        {%- for name in ['new_mrr', 'expansion_mrr', 'reactivation_mrr', 'contraction_mrr', 'churn_mrr', 'change'] %}
        coalesce(moved.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {%- for name in ['new_customers', 'churned_customers', 'reactivated_customers', 'customers_change'] %}
        coalesce(moved.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {%- for lag in [1, 12] %}{% for name in ['then', 'kept', 'net'] %}
        coalesce(retained.{{ name }}_{{ lag }}_change, 0) as {{ name }}_{{ lag }}_change,
        {%- endfor %}{% endfor %}
        coalesce(beside.at_risk_change, 0) as at_risk_change,
        coalesce(beside.usage_mrr, 0) as usage_mrr,
        coalesce(beside.up_for_renewal, 0) as up_for_renewal,
        coalesce(beside.renewed, 0) as renewed
    from months
    {%- for other in ['moved', 'retained', 'beside'] %}
    left join {{ other }}
        on months.account_id = {{ other }}.account_id and months.currency = {{ other }}.currency
        and months.slice_kind = {{ other }}.slice_kind and months.slice_value = {{ other }}.slice_value
        and months.month_number = {{ other }}.month_number
    {%- endfor %}
)

select
    {{ mrr_key() }}, month_number,
    {%- for name in ['new_mrr', 'expansion_mrr', 'reactivation_mrr', 'contraction_mrr', 'churn_mrr', 'usage_mrr'] %}
    {{ name }},
    {%- endfor %}
    new_customers, churned_customers, reactivated_customers,
    customers_change - new_customers - reactivated_customers + churned_customers as moved_customers,
    sum(change) over slice - change as opening_mrr,
    sum(change) over slice as closing_mrr,
    sum(at_risk_change) over slice as at_risk_mrr,
    sum(customers_change) over slice - customers_change as opening_customers,
    sum(customers_change) over slice as closing_customers,
    {%- for lag in [1, 12] %}{% for name in ['then', 'kept', 'net'] %}
    sum({{ name }}_{{ lag }}_change) over slice as {{ name }}_{{ lag }}_mrr,
    {%- endfor %}{% endfor %}
    up_for_renewal,
    renewed
from filled
window slice as (partition by {{ mrr_key() }} order by month_number rows between unbounded preceding and current row)
