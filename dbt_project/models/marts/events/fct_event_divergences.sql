{#-
Where lists and events part. Compared are objects that a list showed after their last event, as far as the events
were read; a list that is newer waits for the next reading. Only objects whose text differs are taken apart.
-#}
-- depends_on: {{ ref("int_observations__changed") }}
with

observations as (
    select *
    from {{ ref('fct_object_observations') }} as log
    where (log.kind = 'list' or log.event_id is not null)
        {%- if continues_a_build() %}
        and exists (
            select 1 from {{ ref('int_observations__changed') }} as changed
            where changed.account_id = log.account_id and changed.object_id = log.object_id
        )
        {%- endif %}
),

events_read as (
    select account_id, max(observed_at) as read_at from {{ ref('stg_stripe__events') }} group by account_id
),

last_events as (
    select *
    from (
        select
            *, row_number() over (partition by account_id, object_type, object_id order by version desc) as recency
        from observations
        where kind = 'event'
    ) as ranked  -- noqa: ST05
    where recency = 1
),

-- what lists showed since: each content once, at its first and its last sight
listed as (
    select
        lists.account_id, lists.object_type, lists.object_id, lists.content_hash, lists.is_deleted,
        last_events.event_id as last_event_id, last_events.is_deleted as is_deletion_told,
        lists.content_hash = last_events.content_hash as is_as_told,
        min(lists.effective_at) as first_seen_at, max(lists.effective_at) as last_seen_at
    from observations as lists
    inner join last_events
        on lists.account_id = last_events.account_id and lists.object_type = last_events.object_type
        and lists.object_id = last_events.object_id and lists.effective_at > last_events.effective_at
    inner join events_read on lists.account_id = events_read.account_id and lists.effective_at <= events_read.read_at
    where lists.kind = 'list'
    group by all
),

-- the state in the newest list; nested in a parent an object may be shown twice, then the copy that agrees counts
suspects as (
    select *
    from (
        select
            *,
            max(last_seen_at) over (partition by account_id, object_type, object_id) as newest_at,
            max(case when is_as_told then last_seen_at end) over (partition by account_id, object_type, object_id) as agreed_at
        from listed
    ) as seen  -- noqa: ST05
    where (agreed_at is null or agreed_at < newest_at) and not is_as_told and not is_deletion_told
),

shown as (
    {%- for relation, object_type in observed_objects().items() %}
    select suspects.*, rows_received.payload
    from {{ source('api', relation) }} as rows_received
    inner join suspects
        on rows_received.account_id = suspects.account_id and rows_received.object_id = suspects.object_id
        and rows_received.observed_at = suspects.first_seen_at
        and {{ "'" ~ object_type ~ "'" if object_type else 'rows_received.object_type' }} = suspects.object_type
    where rows_received.kind = 'list'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        {{ all_but(['payload'], 'shown') }},
        {{ json_at('events.payload', 'data.object') }} as told,
        {{ each_of(json_entries_unlike('shown.payload', json_at('events.payload', 'data.object'))) }} as entry
    from shown
    inner join {{ ref('stg_stripe__events') }} as events
        on shown.account_id = events.account_id and shown.last_event_id = events.event_id
    where {{ text_hash(json_compact('shown.payload')) }} = shown.content_hash
),

fields as (
    select
        {{ all_but(['entry', 'told']) }},
        entry.key as field,
        {{ json_member('told', 'entry.key') }} as from_events,
        entry.value as from_lists
    from compared
),

differences as (
    select *
    from fields
    where concat(object_type, '.', field) not in ({{ text_literals(fields_without_events()) }})
        and concat(object_type, '.*') not in ({{ text_literals(fields_without_events()) }})
        and (object_type <> 'payment_intent'
            or concat(object_type, '.', field) in ({{ text_literals(told_fields_of_payment_intents()) }}))
        and {{ json_values_differ(json_identity('from_events'), json_identity('from_lists'),
            "field in (" ~ text_literals(maps_of_facts()) ~ ")") }}
)

select
    account_id,
    object_type,
    object_id,
    field,
    cast(max(from_events) as varchar) as from_events,
    cast(max(case when last_seen_at = newest_at then from_lists end) as varchar) as from_lists,
    last_event_id,
    min(first_seen_at) as diverged_at
from differences
group by account_id, object_type, object_id, field, last_event_id
having max(case when last_seen_at = newest_at then from_lists end) is not null
