{{ config(meta={'dagster': {'ref': {'name': 'agg_mrr_monthly'}}}) }}
-- Guards the identity that makes the months a statement: what a month opens with and its movements make what it closes with,
-- in money and in customers, and the next month opens there. Per account, view, currency and slice; the price view knows no fx.
with

months as (
    select
        *,
        lag(closing_mrr) over slices as previous_closing_mrr,
        lag(closing_customers) over slices as previous_closing_customers,
        lag(month) over slices as previous_month
    from {{ ref('agg_mrr_monthly') }}
    window slices as (partition by account_id, currency_view, currency, slice_kind, slice_value order by month)
)

select
    account_id, currency_view, currency, slice_kind, slice_value, month, previous_closing_mrr, opening_mrr, new_mrr, reactivation_mrr,
    expansion_mrr, contraction_mrr, churn_mrr, fx_mrr, closing_mrr, previous_closing_customers, opening_customers, closing_customers
from months
where opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churn_mrr + fx_mrr <> closing_mrr
    or opening_customers + new_customers + reactivated_customers - churned_customers + moved_customers <> closing_customers
    or currency_view = 'price' and (fx_mrr <> 0 or opening_mrr <> coalesce(previous_closing_mrr, 0))
    or currency_view = 'price' and opening_customers <> coalesce(previous_closing_customers, 0)
    or slice_kind in ('all', 'country') and moved_customers <> 0
    or closing_mrr < 0 or closing_customers < 0 or at_risk_mrr < 0 or at_risk_mrr > closing_mrr
    or previous_month is not null and {{ month_number('previous_month') }} + 1 <> {{ month_number('month') }}
