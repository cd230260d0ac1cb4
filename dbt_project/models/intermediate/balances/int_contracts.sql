{#-
The contract behind a bill: its subscription. What is pending without one will stand on the next invoice of its customer,
so until then the customer is the contract. An application fee belongs to its charge; every other bill is a contract of
its own.
-#}
with

bills as (
    select account_id, invoice_id as bill_id, subscription_id as contract_id from {{ ref('stg_stripe__invoices') }}
    union all
    select account_id, invoice_item_id, coalesce(subscription_id, customer_id) from {{ ref('stg_stripe__invoice_items') }}
    union all
    select account_id, subscription_item_id, subscription_id from {{ ref('stg_stripe__subscription_items') }}
    union all
    select account_id, application_fee_id, charge_id
    from {{ ref('fct_transactions') }}
    where reporting_category = 'platform_earning' and application_fee_id is not null
)

select account_id, bill_id, max(contract_id) as contract_id
from bills
where contract_id is not null
group by account_id, bill_id
