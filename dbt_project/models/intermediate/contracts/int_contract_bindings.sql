{#- Every invoice, line and item that bills a contract: the objects that the company names, and the bills of its subscriptions. -#}
with

named as (
    select account_id, contract_id, object_id from {{ ref('stg_business__contract_bills') }}
),

bills as (
    select account_id, subscription_id, invoice_id as object_id from {{ ref('stg_stripe__invoices') }}
    union all
    select account_id, subscription_id, invoice_item_id from {{ ref('stg_stripe__invoice_items') }}
    union all
    select account_id, subscription_id, subscription_item_id from {{ ref('stg_stripe__subscription_items') }}
),

bound as (
    select account_id, contract_id, object_id, 1 as preference from named
    union all
    select named.account_id, named.contract_id, bills.object_id, 2
    from named
    inner join bills on named.account_id = bills.account_id and named.object_id = bills.subscription_id
)

select account_id, object_id, {{ first_by('contract_id', 'preference') }} as contract_id
from bound
group by account_id, object_id
