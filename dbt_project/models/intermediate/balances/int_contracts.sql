{#- Bills that belong to a subscription, which is the contract; every other bill is a contract of its own. -#}
with

items as (
    select account_id, subscription_item_id, subscription_id from {{ ref('stg_stripe__subscription_items') }}
),

bills as (
    select account_id, invoice_id as bill_id, subscription_id from {{ ref('stg_stripe__invoices') }}
    union all
    select account_id, invoice_item_id, subscription_id from {{ ref('stg_stripe__invoice_items') }}
    union all
    select account_id, subscription_item_id, subscription_id from items
)

select account_id, bill_id, max(subscription_id) as contract_id
from bills
where subscription_id is not null
group by account_id, bill_id
