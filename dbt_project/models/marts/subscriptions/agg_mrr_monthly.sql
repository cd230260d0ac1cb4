{%- set money = ['opening_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr'] -%}
{%- set counts = ['opening_customers', 'new_customers', 'churned_customers', 'reactivated_customers', 'moved_customers', 'closing_customers'] -%}
{%- set bases = ['then_1_mrr', 'kept_1_mrr', 'net_1_mrr', 'then_12_mrr', 'kept_12_mrr', 'net_12_mrr', 'usage_mrr', 'at_risk_mrr'] -%}
with

views as (
    {%- for view, relation in [('price', ref('int_mrr_monthly')), ('functional', ref('int_mrr_monthly__functional'))] %}
    select
        '{{ view }}' as currency_view, {{ mrr_key() }}, month_number, {{ money | join(', ') }}, closing_mrr, {{ counts | join(', ') }},
        {{ bases | join(', ') }}, up_for_renewal, renewed
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

closed as (
    -- what the movements leave open is the change of rates; in the currency of the prices there is none
    select *, closing_mrr - (opening_mrr + new_mrr + expansion_mrr - contraction_mrr - churn_mrr + reactivation_mrr) as fx_mrr
    from views
),

observed as (
    select account_id, last_whole_month_number, watched_until = timestamptz '{{ run_value("as_of") }}' as is_watched
    from {{ ref('int_accounts_observed') }}
),

told as (
    select closed.*, coalesce(observed.is_watched or closed.month_number <= observed.last_whole_month_number, false) as is_observed
    from closed
    left join observed on closed.account_id = observed.account_id
)

select
    account_id,
    currency,
    currency_view,
    {{ month_of_number('month_number') }} as month,
    slice_kind,
    slice_value,
    is_observed,
    {%- for name in money + ['fx_mrr', 'closing_mrr', 'at_risk_mrr', 'usage_mrr'] %}
    cast({{ name }} as decimal(18, 4)) as {{ name }},
    {%- endfor %}
    {%- for name in counts + ['up_for_renewal', 'renewed'] %}
    cast({{ name }} as bigint) as {{ name }},
    {%- endfor %}
    {{ fraction('churn_mrr', 'opening_mrr') }} as churned_mrr_rate,
    {{ fraction('churn_mrr + contraction_mrr', 'opening_mrr') }} as gross_mrr_churn_rate,
    {{ fraction('churn_mrr + contraction_mrr - expansion_mrr - reactivation_mrr', 'opening_mrr') }} as net_mrr_churn_rate,
    {{ fraction('new_mrr + reactivation_mrr + expansion_mrr', 'contraction_mrr + churn_mrr') }} as quick_ratio,
    {{ fraction('kept_1_mrr', 'then_1_mrr') }} as grr,
    {{ fraction('net_1_mrr', 'then_1_mrr') }} as nrr,
    {{ fraction('kept_12_mrr', 'then_12_mrr') }} as grr_12m,
    {{ fraction('net_12_mrr', 'then_12_mrr') }} as nrr_12m,
    {{ fraction('churned_customers', 'opening_customers') }} as customer_churn_rate,
    {{ fraction('renewed', 'up_for_renewal') }} as renewal_rate
from told
