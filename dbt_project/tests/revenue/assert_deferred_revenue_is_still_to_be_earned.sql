{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards deferred revenue contract by contract: what the ledger holds of each (billed, less recognized, less released) is
-- exactly what its schedules have still to recognize. A total could hide that one is earned twice and another never.
with

posted as (
    select
        account_id, currency, contract_id,
        sum(deferred_billed_minor - deferred_recognized_minor + deferred_adjusted_minor - deferred_unscheduled_minor) as deferred_minor
    from {{ ref('int_deferred_movements') }}
    group by account_id, currency, contract_id
),

scheduled as (
    select
        components.account_id, components.currency, coalesce(contracts.contract_id, components.bill_id) as contract_id,
        sum(schedule.recognized_minor) as remaining_minor
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join {{ ref('fct_revenue_components') }} as components
        on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    left join {{ ref('int_contracts') }} as contracts
        on components.account_id = contracts.account_id and components.bill_id = contracts.bill_id
    where not schedule.is_posted and components.billed_at is not null
    group by components.account_id, components.currency, coalesce(contracts.contract_id, components.bill_id)
)

select
    coalesce(posted.account_id, scheduled.account_id) as account_id,
    coalesce(posted.currency, scheduled.currency) as currency,
    coalesce(posted.contract_id, scheduled.contract_id) as contract_id,
    posted.deferred_minor,
    scheduled.remaining_minor
from posted
full outer join scheduled
    on posted.account_id = scheduled.account_id and posted.currency = scheduled.currency
    and posted.contract_id = scheduled.contract_id
where coalesce(posted.deferred_minor, 0) <> coalesce(scheduled.remaining_minor, 0)
