{{ config(meta={'dagster': {'ref': {'name': 'agg_mrr_monthly'}}}) }}
-- Guards the way from movements to months: every kind of slice adds up to the movements of its month, and new, lost and regained
-- revenue is the same in each. A customer who falls between the slices would show here.
with

moved as (
    select
        account_id, currency, month,
        sum(change) as change,
        sum(case when movement = 'new' then change else 0 end) as new_mrr,
        sum(case when movement = 'reactivation' then change else 0 end) as reactivation_mrr,
        sum(case when movement = 'churn' then -change else 0 end) as churn_mrr
    from {{ ref('fct_mrr_movements') }}
    group by account_id, currency, month
),

sliced as (
    select
        account_id, currency, month, slice_kind,
        sum(closing_mrr - opening_mrr) as change,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(churn_mrr) as churn_mrr
    from {{ ref('agg_mrr_monthly') }}
    where currency_view = 'price'
    group by account_id, currency, month, slice_kind
)

select sliced.*, moved.change as moved_change
from sliced
left join moved on sliced.account_id = moved.account_id and sliced.currency = moved.currency and sliced.month = moved.month
where sliced.change <> coalesce(moved.change, 0)
    or sliced.new_mrr <> coalesce(moved.new_mrr, 0)
    or sliced.reactivation_mrr <> coalesce(moved.reactivation_mrr, 0)
    or sliced.churn_mrr <> coalesce(moved.churn_mrr, 0)
union all
select moved.account_id, moved.currency, moved.month, 'missing', null, null, null, null, moved.change
from moved
left join sliced on moved.account_id = sliced.account_id and moved.currency = sliced.currency and moved.month = sliced.month
where sliced.account_id is null
