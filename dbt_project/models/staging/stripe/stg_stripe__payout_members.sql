with

members as (
    select *, row_number() over (partition by account_id, object_id order by observed_at desc, parent_id desc) as recency
    from {{ source('api', 'payout_balance_transactions') }}
    {%- if is_incremental() %}
    where load_seq > {{ run_value('built_through') }}
    {%- endif %}
)

select
    account_id,
    object_id as transaction_id,
    parent_id as payout_id,
    is_deleted,
    'api' as source_system,
    observed_at,
    received_at as recorded_at,
    load_seq
from members
where recency = 1
