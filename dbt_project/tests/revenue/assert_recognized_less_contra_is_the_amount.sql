{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue_schedule'}}}) }}
-- Guards the cent: over all its months a component recognizes, less what is taken back, exactly its amount. A month that
-- is missing or stands twice, a bill whose contract earns it already, and any rounding that does not end in the amount, would show here.
with

scheduled as (
    select account_id, component_id, sum(recognized_minor - contra_minor) as scheduled_minor
    from {{ ref('fct_revenue_schedule') }}
    group by account_id, component_id
)

select
    coalesce(components.account_id, scheduled.account_id) as account_id,
    coalesce(components.component_id, scheduled.component_id) as component_id,
    components.amount_minor,
    scheduled.scheduled_minor
from {{ ref('fct_revenue_components') }} as components
full outer join scheduled
    on components.account_id = scheduled.account_id and components.component_id = scheduled.component_id
where components.component_id is null
    or coalesce(case when components.policy <> 'by_contract' then components.amount_minor end, 0) <> coalesce(scheduled.scheduled_minor, 0)
