{{ config(meta={'dagster': {'ref': {'name': 'fct_transactions'}}}) }}
-- Guards the split of fees. If a detail is lost or doubled, Stripe's fee, tax and application fee no longer add
-- up to what was charged. Transactions without any detail are not judged: the details may not be exported.
with

details as (
    select account_id, transaction_id, cast(sum(amount_minor) as bigint) as details_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where not is_deleted
    group by account_id, transaction_id
)

select transactions.account_id, transactions.transaction_id, transactions.fee_minor, details.details_minor
from details
inner join {{ ref('stg_stripe__balance_transactions') }} as transactions
    on details.account_id = transactions.account_id and details.transaction_id = transactions.transaction_id
where transactions.fee_minor <> details.details_minor
