{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_movements'}}}) }}
-- Guards the path of a customer in a currency: each movement starts where the last one ended, and is what its amounts say. A
-- customer in two states at once would have two revenues at one instant, and would be counted twice or not at all.
with

paths as (
    select
        *,
        coalesce(lag(mrr_after) over path, 0) as left_with,
        row_number() over path as number
    from {{ ref('fct_mrr_movements') }}
    window path as (partition by account_id, customer_id, currency order by moved_at)
)

select account_id, customer_id, currency, moved_at, movement, left_with, mrr_before, mrr_after, change
from paths
where mrr_before <> left_with
    or mrr_after - mrr_before <> change
    or movement <> case
        when mrr_before = 0 then case when number = 1 then 'new' else 'reactivation' end
        when mrr_after = 0 then 'churn'
        when change > 0 then 'expansion'
        else 'contraction'
    end
