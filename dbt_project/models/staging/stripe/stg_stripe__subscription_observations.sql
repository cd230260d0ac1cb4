{#-
Every sight of a subscription, as an event told it or a list showed it; what it is now stands in stg_stripe__subscriptions.
-#}
with

received as (
    select
        account_id, object_id as subscription_id, kind, observed_at, sequence, is_deleted, payload, received_at, load_seq,
        {{ json_fields('payload', ['status', 'customer', 'pause_collection', 'cancel_at_period_end', 'canceled_at', 'ended_at', 'items']) }} as fields
    from {{ source('api', 'subscription') }}
    where true
    {{- livemode_is('livemode') }}
    {%- if is_incremental() %}
        and object_id in (select object_id from {{ source('api', 'subscription') }} where load_seq > {{ run_value('built_through') }})
    {%- endif %}
)

select
    account_id,
    subscription_id,
    kind,
    observed_at,
    -- within a second: what lists show before what events tell, then the order of the events
    cast(row_number() over (
        partition by account_id, subscription_id order by observed_at, kind desc, sequence, payload, load_seq
    ) as bigint) as version,
    {{ json_text('fields[1]') }} as status,
    {{ json_id('fields[2]') }} as customer_id,
    not {{ json_is_nothing('fields[3]') }} and fields[3] is not null as is_collection_paused,
    coalesce({{ json_text('fields[4]') }} = 'true', false) as is_cancel_at_period_end,
    {{ instant(json_text('fields[5]')) }} as canceled_at,
    {{ instant(json_text('fields[6]')) }} as ended_at,
    fields[7] is not null and {{ json_is_whole_list('payload', 'items') }} as has_whole_items,
    is_deleted,
    payload,
    'api' as source_system,
    received_at as recorded_at,
    load_seq
from received
