{#-
The log. An event tells of one object; what lies nested in that object is observed too, without an event of its own.
The order within an object needs nothing but the observations themselves: time, then what lists show before what
events of that second tell, then the place within the second (see orchestration/warehouse/event_order.py), then content.
-#}
-- depends_on: {{ ref("int_observations__changed") }}
with

received as (
    {%- for relation, object_type in observed_objects().items() %}
    select
        account_id, {{ "'" ~ object_type ~ "'" if object_type else 'object_type' }} as object_type, object_id, kind, observed_at, sequence,
        is_deleted, received_at, {{ text_hash(json_compact('payload')) }} as content_hash
    from {{ source('api', relation) }} as rows_received
    where rows_received.observed_at <= timestamptz '{{ run_value("as_of") }}'
        {{- livemode_is('livemode') }}
        {%- if continues_a_build() %}
        and exists (
            select 1 from {{ ref('int_observations__changed') }} as changed
            where changed.account_id = rows_received.account_id and changed.object_id = rows_received.object_id
        )
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- nested in several parents, or landed twice, it is one observation
observations as (
    select
        account_id,
        object_type,
        object_id,
        kind,
        observed_at,
        content_hash,
        max(sequence) as sequence,
        bool_or(is_deleted) as is_deleted,
        min(received_at) as recorded_at
    from received
    group by account_id, object_type, object_id, kind, observed_at, content_hash
),

told as (
    select
        account_id,
        object_type,
        object_id,
        'event' as kind,
        created_at,
        event_id,
        event_type,
        {{ text_hash(json_compact(json_at('payload', 'data.object'))) }} as content_hash
    from {{ ref('stg_stripe__events') }} as events
    where events.created_at <= timestamptz '{{ run_value("as_of") }}'
        {%- if continues_a_build() %}
        and exists (
            select 1 from {{ ref('int_observations__changed') }} as changed
            where changed.account_id = events.account_id and changed.object_id = events.object_id
        )
        {%- endif %}
),

-- two events of one second may show the same content: then both are in the log
observations_with_events as (
    select observations.*, told.event_id, told.event_type
    from observations
    left join told
        on observations.account_id = told.account_id
        and observations.kind = told.kind
        and observations.object_type = told.object_type
        and observations.object_id = told.object_id
        and observations.observed_at = told.created_at
        and observations.content_hash = told.content_hash
)

select
    {{ text_hash("concat_ws('|', account_id, object_type, object_id, kind, cast(observed_at as varchar), content_hash, event_id)") }} as observation_id,
    account_id,
    object_type,
    object_id,
    kind,
    event_id,
    event_type,
    observed_at as effective_at,
    cast(row_number() over (
        partition by account_id, object_type, object_id
        order by observed_at, kind desc, sequence, content_hash, event_id
    ) as bigint) as version,
    content_hash,
    is_deleted,
    recorded_at
from observations_with_events
