{{ config(meta={'dagster': {'ref': {'name': 'fct_transactions'}}}) }}
-- Guards against a wrong clock or a wrong column: nothing can be created a day after it was received (and a
-- run may look ahead with as_of).
select account_id, transaction_id, created_at, recorded_at
from {{ ref('stg_stripe__balance_transactions') }}
where created_at > greatest(timestamptz '{{ run_value("as_of") }}', recorded_at) + interval '24 hours'
