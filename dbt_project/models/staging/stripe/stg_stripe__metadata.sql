{#- Sigma keeps metadata per table (`charges_metadata`), the API per object; both become the object's type. -#}
with

tabular as (
    select
        _account_id as account_id,
        case object_table
            when 'invoice_items' then 'invoiceitem'
            when 'application_fee_refunds' then 'fee_refund'
            else regexp_replace(object_table, 's$', '')
        end as object_type,
        object_id,
        key,
        value,
        _is_deleted as is_deleted,
        _source_system as source_system,
        _observed_at as observed_at,
        _received_at as recorded_at,
        _load_seq as load_seq
    from {{ source('sigma', 'metadata') }}
    where true
    {{- livemode_is('_livemode') }}
),

maps as (
    select
        *,
        row_number() over (
            partition by account_id, object_type, object_id order by observed_at desc, sequence desc, payload desc
        ) as recency
    from {{ source('api', 'metadata') }}
    where true
    {{- livemode_is('livemode') }}
),

latest_maps as (
    select * from maps where recency = 1
),

entries as (
    select *, {{ each_of(json_map_entries('payload')) }} as entry
    from latest_maps
),

from_api as (
    select
        account_id,
        object_type,
        object_id,
        entry.key as key,
        entry.value as value,
        is_deleted,
        'api' as source_system,
        observed_at,
        received_at as recorded_at,
        load_seq
    from entries
),

-- an object's map is replaced whole by the source that observed it last
tabular_objects as (
    select account_id, object_type, object_id, max(observed_at) as observed_at
    from tabular
    group by account_id, object_type, object_id
),

merged as (
    select tabular.*
    from tabular
    left join latest_maps
        on tabular.account_id = latest_maps.account_id
        and tabular.object_type = latest_maps.object_type
        and tabular.object_id = latest_maps.object_id
    where latest_maps.object_id is null or tabular.observed_at > latest_maps.observed_at
    union all
    select from_api.*
    from from_api
    left join tabular_objects
        on from_api.account_id = tabular_objects.account_id
        and from_api.object_type = tabular_objects.object_type
        and from_api.object_id = tabular_objects.object_id
    where tabular_objects.object_id is null or from_api.observed_at >= tabular_objects.observed_at
)

select * from merged
