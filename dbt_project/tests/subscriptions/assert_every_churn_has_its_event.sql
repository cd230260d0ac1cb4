{{ config(meta={'dagster': {'ref': {'name': 'fct_churn_events'}}}) }}
-- Guards the reasons of churn: each churn movement has one event with all of its revenue, and no event stands without one.
select
    coalesce(movements.movement_id, events.churn_event_id) as movement_id,
    movements.mrr_before,
    events.mrr_lost
from (select * from {{ ref('fct_mrr_movements') }} where movement = 'churn') as movements  -- noqa: ST05
full outer join {{ ref('fct_churn_events') }} as events on movements.movement_id = events.churn_event_id
where movements.mrr_before is distinct from events.mrr_lost or movements.moved_at is distinct from events.churned_at
