with

events as (
    select *, row_number() over (partition by account_id, object_id order by observed_at desc, payload desc) as recency
    from {{ source('api', 'event') }}
    where true
    {{- livemode_is('livemode') }}
    {%- if is_incremental() %}
        -- every fetch of what was fetched again: an older one may have landed last
        and object_id in (select object_id from {{ source('api', 'event') }} where load_seq > {{ run_value('built_through') }})
    {%- endif %}
),

parsed as (
    select
        *,
        {{ json_fields('payload', [
            'type', 'api_version', 'created', 'data.object.object', 'data.object.id', 'data.previous_attributes', 'request.id'
        ]) }} as fields
    from events
    where recency = 1
)

select
    account_id,
    object_id as event_id,
    {{ json_text('fields[1]') }} as event_type,
    {{ json_text('fields[2]') }} as api_version,
    {{ json_text('fields[4]') }} as object_type,
    {{ json_text('fields[5]') }} as object_id,
    {{ json_text('fields[6]') }} as previous_attributes,
    {{ json_text('fields[7]') }} as request_id,
    {{ instant(json_text('fields[3]')) }} as created_at,
    payload,
    is_deleted,
    'api' as source_system,
    observed_at,
    received_at as recorded_at,
    load_seq
from parsed
