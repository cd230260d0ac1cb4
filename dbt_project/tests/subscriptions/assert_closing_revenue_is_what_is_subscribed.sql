{{ config(meta={'dagster': {'ref': {'name': 'agg_mrr_monthly'}}}) }}
-- Guards the movements against what they were made from: the last month closes with what the items of subscriptions are worth now.
-- A change that was lost on its way through netting and slicing would leave a difference for ever.
with

now as (
    select account_id, currency, sum(mrr) as mrr, sum(case when is_at_risk then mrr else 0 end) as at_risk_mrr
    from {{ ref('int_subscription_item_mrr') }}
    where until_at is null
    group by account_id, currency
),

closing as (
    select account_id, currency, closing_mrr, at_risk_mrr,
        row_number() over (partition by account_id, currency order by month desc) as recency
    from {{ ref('agg_mrr_monthly') }}
    where currency_view = 'price' and slice_kind = 'all'
)

select now.*, closing.closing_mrr, closing.at_risk_mrr as closing_at_risk_mrr
from now
full outer join closing
    on now.account_id = closing.account_id and now.currency = closing.currency and closing.recency = 1
where closing.recency is null and now.mrr <> 0
    or closing.recency = 1
    and (coalesce(now.mrr, 0) <> closing.closing_mrr or coalesce(now.at_risk_mrr, 0) <> closing.at_risk_mrr)
