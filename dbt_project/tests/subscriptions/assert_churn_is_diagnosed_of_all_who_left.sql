{{ config(meta={'dagster': {'ref': {'name': 'agg_churn_diagnosis'}}}) }}
-- Guards who is looked at: the customers of a month are those with whom it opens in agg_mrr_monthly, and nobody left who is not among
-- the churn events of the month.
select
    diagnosis.account_id, diagnosis.currency, diagnosis.period_start,
    sum(diagnosis.customers) as customers, max(months.opening_customers) as opening_customers,
    sum(diagnosis.churned) as churned, max(months.churned_customers) as churned_customers
from {{ ref('agg_churn_diagnosis') }} as diagnosis
left join {{ ref('agg_mrr_monthly') }} as months
    on diagnosis.account_id = months.account_id and diagnosis.currency = months.currency and diagnosis.period_start = months.month
    and months.currency_view = 'price' and months.slice_kind = 'all'
where diagnosis.period_kind = 'month' and diagnosis.dimension = 'billing_interval'
group by diagnosis.account_id, diagnosis.currency, diagnosis.period_start
having sum(diagnosis.customers) <> coalesce(max(months.opening_customers), 0)
    or sum(diagnosis.churned) > coalesce(max(months.churned_customers), 0)
