{#-
Objects that the event log must look at again: something of them landed, `as_of` moved past an observation, or
their events were read further than at the last build, so that what lists showed since can be compared.
A build from nothing looks at everything and needs no list.
-#}
{%- set seen = run_value('built_through') -%}
with

events_read as (
    select account_id, max(case when load_seq <= {{ seen }} then observed_at end) as before_at, max(observed_at) as now_at
    from {{ ref('stg_stripe__events') }}
    where {{ seen }} > 0
    group by account_id
),

changed as (
    {%- for relation, object_type in observed_objects().items() %}
    select account_id, {{ "'" ~ object_type ~ "'" if object_type else 'object_type' }} as object_type, object_id
    from {{ source('api', relation) }}
    where {{ seen }} > 0
        and (load_seq > {{ seen }}
            or observed_at > timestamptz '{{ run_value("previous_as_of") }}' and observed_at <= timestamptz '{{ run_value("as_of") }}')
    union
    {%- endfor %}
    select account_id, object_type, object_id
    from {{ ref('stg_stripe__events') }}
    where {{ seen }} > 0 and load_seq > {{ seen }}
    {%- for relation, object_type in observed_objects().items() %}
    union
    select lists.account_id, {{ "'" ~ object_type ~ "'" if object_type else 'lists.object_type' }}, lists.object_id
    from {{ source('api', relation) }} as lists
    inner join events_read
        on lists.account_id = events_read.account_id
        and (lists.observed_at > events_read.before_at or events_read.before_at is null)
        and lists.observed_at <= events_read.now_at
    where {{ seen }} > 0 and lists.kind = 'list'
    {%- endfor %}
)

select account_id, object_type, object_id
from changed
where object_type is not null and object_id is not null
