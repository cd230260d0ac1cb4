with

{% if is_incremental() -%}
changed as (
    select distinct account_id, object_id
    from {{ source('api', 'payout_balance_transactions') }}
    where load_seq > {{ run_value('built_through') }}
),

{% endif -%}
members as (
    select
        received.*,
        row_number() over (
            partition by received.account_id, received.object_id order by received.observed_at desc, received.parent_id desc
        ) as recency,
        min(received.parent_id) over each_transaction as first_payout_id,
        max(received.parent_id) over each_transaction as last_payout_id,
        min(received.received_at) over each_transaction as first_received_at,
        max(received.load_seq) over each_transaction as newest_load_seq
    from {{ source('api', 'payout_balance_transactions') }} as received
    {%- if is_incremental() %}
    inner join changed on received.account_id = changed.account_id and received.object_id = changed.object_id
    {%- endif %}
    window each_transaction as (partition by received.account_id, received.object_id)
)

select
    account_id,
    object_id as transaction_id,
    parent_id as payout_id,
    -- money is paid out once: a transaction that two payouts list is a contradiction for a person to solve
    case when first_payout_id <> parent_id then first_payout_id
        when last_payout_id <> parent_id then last_payout_id end as other_payout_id,
    is_deleted,
    'api' as source_system,
    observed_at,
    first_received_at as recorded_at,
    newest_load_seq as load_seq
from members
where recency = 1
