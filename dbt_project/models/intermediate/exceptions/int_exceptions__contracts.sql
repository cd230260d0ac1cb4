{#- What the company's own contracts leave open: terms that cannot be read, bills without terms, contracts that do not come out even. -#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

terms as (
    select
        *,
        row_number() over (partition by account_id, obligation_id, fault is null order by effective_at) = 1 as is_first_of_its_kind
    from {{ ref('int_contract_terms') }}
),

dated as (
    select
        terms.*,
        case when terms.is_by_units then coalesce(progress.reached_unit, 0) end as transferred,
        case when terms.is_by_units then coalesce(progress.reached_unit, 0) >= terms.ends_unit else terms.service_end_at <= {{ as_of }} end
            as is_over,
        row_number() over (
            partition by terms.account_id, terms.obligation_id order by terms.version_number desc, progress.month_number desc
        ) = 1 as is_last
    from terms
    inner join {{ ref('int_contract_progress') }} as progress
        on terms.account_id = progress.account_id and terms.obligation_id = progress.obligation_id and progress.month_number is not null
    where not terms.is_set_apart
),

standing as (
    select * from dated where is_last
),

contracts as (
    select
        account_id, contract_id, min(currency) as currency, max(currency) as other_currency, bool_and(is_over) as is_over,
        max(greatest(effective_at, coalesce(service_end_at, effective_at))) as ended_at
    from standing
    group by account_id, contract_id
),

components as (
    select account_id, component_id, source_object_id, bill_id, contract_id, currency, amount_minor, policy, effective_at
    from {{ ref('fct_revenue_components') }}
),

bills as (
    select account_id, contract_id, currency, sum(amount_minor) as amount_minor, min(effective_at) as billed_at
    from components
    where policy = 'by_contract'
    group by account_id, contract_id, currency
),

balances as (
    select
        account_id, contract_id, currency,
        cast(sum(deferred_billed_minor - deferred_recognized_minor + deferred_adjusted_minor) as bigint) as amount_minor
    from {{ ref('int_deferred_movements') }}
    group by account_id, contract_id, currency
),

known as (
    select account_id, invoice_id as object_id from {{ ref('stg_stripe__invoices') }}
    union all
    select account_id, invoice_item_id from {{ ref('stg_stripe__invoice_items') }}
    union all
    select account_id, invoice_line_item_id from {{ ref('stg_stripe__invoice_line_items') }}
    union all
    select account_id, subscription_id from {{ ref('stg_stripe__subscriptions') }}
    union all
    select account_id, subscription_id from {{ ref('stg_stripe__invoices') }}
)

select
    account_id, 'contract_terms_unclear' as kind, 'obligation' as object_kind, obligation_id as object_id, currency,
    price_minor as amount_minor, effective_at as opened_at,
    concat('business/contracts: the terms of ', obligation_id, ' from ', cast({{ local_date('effective_at') }} as varchar), ' on ', fault, '.') as reason,
    'Correct the row; until then nothing of this obligation is earned.' as suggested_action
from terms
where fault is not null and is_first_of_its_kind
union all
select
    bills.account_id, 'contract_without_terms', 'contract', bills.contract_id, bills.currency, cast(bills.amount_minor as bigint),
    bills.billed_at, concat('Bills of contract ', bills.contract_id, ' stand against no readable terms: nothing of them is earned.'),
    'Give its obligations in business/contracts, or take its bills out of business/contract_bills.'
from bills
left join contracts on bills.account_id = contracts.account_id and bills.contract_id = contracts.contract_id
where contracts.contract_id is null
union all
select
    bills.account_id, 'contract_currency', 'contract', concat(bills.contract_id, ':', bills.currency), bills.currency,
    cast(bills.amount_minor as bigint), bills.billed_at,
    concat('Contract ', bills.contract_id, ' earns ', contracts.currency, ', its bills are booked in ', bills.currency, '.'),
    'State the terms in the currency in which the account settles its bills.'
from bills
inner join contracts on bills.account_id = contracts.account_id and bills.contract_id = contracts.contract_id
where bills.currency <> contracts.currency or contracts.currency <> contracts.other_currency
union all
select
    contracts.account_id, 'contract_uneven', 'contract',
    concat(contracts.contract_id, case when balances.currency <> contracts.currency then concat(':', balances.currency) else '' end),
    balances.currency, balances.amount_minor, contracts.ended_at,
    concat('Contract ', contracts.contract_id, ' has earned all it promises, and ',
        case when balances.amount_minor > 0 then 'more' else 'less' end, ' is billed than earned.'),
    'Bill the rest, give it back, or state what the price has become (a version with catch_up).'
from contracts
inner join balances on contracts.account_id = balances.account_id and contracts.contract_id = balances.contract_id
where contracts.is_over and balances.amount_minor <> 0
union all
select
    standing.account_id, 'contract_overfulfilled', 'obligation', standing.obligation_id, standing.currency, null, standing.effective_at,
    concat(standing.transferred, ' units of ', standing.obligation_id, ' are transferred, ', standing.ends_unit, ' are agreed: the rest earns nothing.'),
    'Correct business/fulfilments, or agree on more in business/contracts.'
from standing
where standing.transferred > standing.ends_unit
union all
select
    named.account_id, 'contract_bill_unknown', 'contract_bill', named.object_id, null, null, least(named.recorded_at, {{ as_of }}),
    concat('business/contract_bills names ', named.object_id, ', which no source holds.'),
    'Name a subscription, an invoice, an invoice line or an invoice item.'
from {{ ref('stg_business__contract_bills') }} as named
left join known on named.account_id = known.account_id and named.object_id = known.object_id
where known.object_id is null
