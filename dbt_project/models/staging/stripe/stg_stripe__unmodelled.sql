with

observations as (
    select
        _account_id as account_id, object_table as object_type, object_id, payload, _is_deleted as is_deleted,
        _source_system as source_system, _observed_at as observed_at, _received_at as recorded_at, _load_seq as load_seq
    from {{ source('sigma', 'unmodelled') }}
    where true
    {{- livemode_is('_livemode') }}
    union all
    select
        account_id, object_type, object_id, payload, is_deleted, 'api' as source_system, observed_at,
        received_at as recorded_at, load_seq
    from {{ source('api', 'unmodelled') }}
    where true
    {{- livemode_is('livemode') }}
),

changed as (
    select *
    from observations
    {%- if is_incremental() %}
    where (account_id, object_type, object_id) in (
        select (account_id, object_type, object_id) from observations
        where load_seq > {{ run_value('built_through') }}
    )
    {%- endif %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, object_type, object_id order by observed_at desc, load_seq desc, payload desc
        ) as recency
    from changed
)

select {{ all_but(['recency']) }}
from ranked
where recency = 1
