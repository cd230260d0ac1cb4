with

cells as (
    select * from {{ ref('int_churn_cells') }}
),

-- each cell beside what it was one period before
pairs as (
    select account_id, currency, period_kind, month_number, dimension, cell, customers, churned, 0 as customers_before, 0 as churned_before
    from cells
    union all
    select account_id, currency, period_kind, month_number + period_months, dimension, cell, 0, 0, customers, churned
    from cells
),

compared as (
    select
        account_id, currency, period_kind, month_number, dimension, cell,
        sum(customers) as customers, sum(churned) as churned,
        sum(customers_before) as customers_before, sum(churned_before) as churned_before
    from pairs
    group by account_id, currency, period_kind, month_number, dimension, cell
),

summed as (
    select
        *,
        {%- for name in ['customers', 'churned', 'customers_before', 'churned_before'] %}
        sum({{ name }}) over whole as all_{{ name }},
        sum({{ name }}) over up_to as sum_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from compared
    window whole as (partition by account_id, currency, period_kind, month_number, dimension),
        up_to as (partition by account_id, currency, period_kind, month_number, dimension order by cell
            rows between unbounded preceding and current row)
),

-- shares are differences of cumulative ones, so that together they are the whole to the last digit; a rate without customers
-- is that of the other period: what is not there cannot have changed its rate
measured as (
    select
        *,
        {{ share_difference('customers', 'all_customers', 15) }} as weight,
        {{ share_difference('customers_before', 'all_customers_before', 15) }} as weight_before,
        {{ share_in('sum_customers', 'all_customers', 15) }} - {{ share_in('sum_customers_before', 'all_customers_before', 15) }} as drift,
        coalesce({{ share_in('churned', 'customers', 15) }}, {{ share_in('churned_before', 'customers_before', 15) }}) as rate,
        coalesce({{ share_in('churned_before', 'customers_before', 15) }}, {{ share_in('churned', 'customers', 15) }}) as rate_before,
        {{ share_in('all_churned', 'all_customers', 15) }} + {{ share_in('all_churned_before', 'all_customers_before', 15) }} as twice_mean_rate,
        {{ share_difference('churned', 'all_customers', 12) }} - {{ share_difference('churned_before', 'all_customers_before', 12) }} as contribution,
        {{ share_in('all_churned', 'all_customers', 12) }} - {{ share_in('all_churned_before', 'all_customers_before', 12) }} as total_change
    from summed
    where all_customers > 0 and all_customers_before > 0
),

-- what the cells drift at the mean rate adds up to nothing; without it a cell counts by how it differs from the others
effects as (
    select
        *,
        {{ halved_product('weight + weight_before', 'rate - rate_before') }} as rate_effect,
        {{ halved_product('drift', 'twice_mean_rate') }}
            - {{ halved_product('drift - (weight - weight_before)', 'twice_mean_rate') }} as drift_effect
    from measured
)

select
    account_id,
    currency,
    period_kind,
    {{ month_of_number("month_number - case period_kind when 'quarter' then 2 else 0 end") }} as period_start,
    {{ month_of_number("month_number - case period_kind when 'quarter' then 5 else 1 end") }} as period_before_start,
    dimension,
    cell,
    {%- for name in ['customers_before', 'churned_before', 'customers', 'churned'] %}
    cast({{ name }} as bigint) as {{ name }},
    {%- endfor %}
    {{ fraction('churned_before', 'customers_before') }} as churn_rate_before,
    {{ wilson_bound('churned_before', 'customers_before', '-') }} as churn_rate_before_low,
    {{ wilson_bound('churned_before', 'customers_before', '+') }} as churn_rate_before_high,
    {{ fraction('churned', 'customers') }} as churn_rate,
    {{ wilson_bound('churned', 'customers', '-') }} as churn_rate_low,
    {{ wilson_bound('churned', 'customers', '+') }} as churn_rate_high,
    {{ fraction('customers_before', 'all_customers_before') }} as share_before,
    {{ fraction('customers', 'all_customers') }} as share,
    {{ trillionths('contribution - rate_effect - drift_effect') }} as mix_effect,
    {{ trillionths('rate_effect') }} as rate_effect,
    {{ trillionths('contribution - drift_effect') }} as effect,
    {{ trillionths('total_change') }} as total_change
from effects
