{#-
What moved deferred revenue, the unbilled receivable and contract balances, by bill and period, read from the postings
themselves, so that it is the trial balance to the cent. Deferred amounts are credit positive, unbilled ones debit positive.
-#}
with

postings as (
    select
        account_id, currency, period_id, ledger_account, subledger, entry_kind, entry_id, leg, source_object_id,
        debit_minor - credit_minor as debit_minor,
        {{ posted_component('subledger', 'entry_kind', 'account_id', 'entry_id', 'leg') }} as component_id
    from {{ ref('fct_ledger_postings') }}
    where ledger_account in ('deferred_revenue', 'unbilled_receivable', 'contract_balances')
),

components as (
    select account_id, component_id, bill_id, contract_id, billed_at from {{ ref('fct_revenue_components') }}
),

-- a leg of a whole bill, or a correction, names an object of Stripe; so does what a closed period posted for a component
-- that later facts have made another (a payment whose invoice came late)
sources as (
    select account_id, source_object_id, min(bill_id) as bill_id, min(contract_id) as contract_id
    from {{ ref('fct_revenue_components') }}
    group by account_id, source_object_id
),

passed_on as (
    select account_id, transfer_id, min(coalesce(invoice_id, charge_id)) as bill_id
    from {{ ref('fct_transactions') }}
    where reporting_category = 'charge' and flow_type = 'destination' and transfer_id is not null
    group by account_id, transfer_id
),

periods as (
    select period_id, starts_at from {{ ref('dim_periods') }}
),

placed as (
    select
        postings.account_id, postings.currency, postings.period_id, postings.debit_minor,
        case when postings.ledger_account = 'contract_balances' then 'deferred_revenue' else postings.ledger_account end as ledger_account,
        case when postings.ledger_account = 'contract_balances' then coalesce(components.contract_id, sources.contract_id) end as contract_id,
        case
            when postings.subledger = 'recognition' then 'recognized'
            when postings.entry_kind in ('invoice_finalized', 'payment') then 'billed'
            else 'adjusted'
        end as movement,
        coalesce(components.billed_at < periods.starts_at, false) as was_billed_before,
        -- what sellers give back passes through; what was brought along without a schedule, or adjusted by hand, has none, and a
        -- contract earns by its own terms, whatever is billed of it
        postings.leg in ('given_back', 'opening') or postings.subledger = 'adjustment' or postings.ledger_account = 'contract_balances'
            as is_unscheduled,
        coalesce(components.bill_id, sources.bill_id, passed_on.bill_id, postings.source_object_id) as bill_id
    from postings
    inner join periods on postings.period_id = periods.period_id
    left join components
        on postings.account_id = components.account_id and postings.component_id = components.component_id
    left join sources
        on postings.account_id = sources.account_id
        -- as a key: a condition on one side beside it makes the engine compare every pair (500,000 lines: minutes)
        and case when components.component_id is null then postings.source_object_id end = sources.source_object_id
    left join passed_on
        on postings.account_id = passed_on.account_id and postings.source_object_id = passed_on.transfer_id
)

{%- set movements = {
    'deferred_billed': ('deferred_revenue', 'billed', '-'),
    'deferred_recognized': ('deferred_revenue', 'recognized', ''),
    'deferred_adjusted': ('deferred_revenue', 'adjusted', '-'),
    'unbilled_billed': ('unbilled_receivable', 'billed', '-'),
    'unbilled_recognized': ('unbilled_receivable', 'recognized', ''),
    'unbilled_adjusted': ('unbilled_receivable', 'adjusted', ''),
} %}

select
    placed.account_id,
    placed.currency,
    placed.bill_id,
    coalesce(placed.contract_id, contracts.contract_id, placed.bill_id) as contract_id,
    placed.period_id,
    {%- for name, (account, movement, sign) in movements.items() %}
    sum(case when placed.ledger_account = '{{ account }}' and placed.movement = '{{ movement }}' then {{ sign }}placed.debit_minor else 0 end)
        as {{ name }}_minor,
    {%- endfor %}
    sum(case when placed.ledger_account = 'deferred_revenue' and placed.is_unscheduled then -placed.debit_minor else 0 end)
        as deferred_unscheduled_minor,
    -- revenue out of what had been deferred when the period began
    sum(case when placed.ledger_account = 'deferred_revenue' and placed.movement = 'recognized' and placed.was_billed_before
        then placed.debit_minor else 0 end) as recognized_before_minor
from placed
left join {{ ref('int_contracts') }} as contracts
    on placed.account_id = contracts.account_id and placed.bill_id = contracts.bill_id
group by placed.account_id, placed.currency, placed.bill_id, coalesce(placed.contract_id, contracts.contract_id, placed.bill_id), placed.period_id
