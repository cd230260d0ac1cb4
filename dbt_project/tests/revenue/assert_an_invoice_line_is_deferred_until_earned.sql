{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards the lines inside an invoice: of each, what the ledger holds as deferred is what it has still to recognize. Money
-- that one line releases in the name of another leaves the invoice right and every product wrong. Corrections of closed
-- periods name invoices, not lines: tenants that have one are looked at contract by contract only.
with

corrected as (
    select distinct account_id from {{ ref('fct_ledger_postings') }} where entry_kind = 'correction'
),

components as (
    select
        account_id, component_id,
        case when event_id is null then component_id else parent_component_id end as line_id
    from {{ ref('fct_revenue_components') }}
    where bill_kind = 'invoice' and account_id not in (select corrected.account_id from corrected)
),

postings as (
    select
        account_id,
        {{ posted_component('subledger', 'entry_kind', 'account_id', 'entry_id', 'leg') }} as component_id,
        credit_minor - debit_minor as deferred_minor
    from {{ ref('fct_ledger_postings') }}
    where ledger_account = 'deferred_revenue'
),

sides as (
    select components.account_id, components.line_id, postings.deferred_minor, 0 as remaining_minor
    from postings
    inner join components on postings.account_id = components.account_id and postings.component_id = components.component_id
    union all
    select components.account_id, components.line_id, 0, schedule.recognized_minor
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join components on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    where not schedule.is_posted
)

select account_id, line_id, sum(deferred_minor) as deferred_minor, sum(remaining_minor) as remaining_minor
from sides
group by account_id, line_id
having sum(deferred_minor) <> sum(remaining_minor)
