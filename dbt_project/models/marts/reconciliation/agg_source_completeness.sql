with

sightings as (
    select * from {{ ref('int_sources__sightings') }}
    where created_at <= timestamptz '{{ run_value("as_of") }}'
),

seen as (
    select account_id, object_kind, 'sigma' as source, count(*) as seen from sightings
    where is_in_sigma
    group by account_id, object_kind
    union all
    select account_id, object_kind, 'lists', count(*) from sightings
    where is_in_lists
    group by account_id, object_kind
    union all
    select account_id, object_kind, 'events', count(*) from sightings
    where is_in_events
    group by account_id, object_kind
),

missing as (
    select
        account_id, object_kind, missing_from as source,
        sum(case when explanation = 'newer' then 1 else 0 end) as missing_newer,
        sum(case when explanation = 'older' then 1 else 0 end) as missing_older,
        sum(case when explanation = 'deleted' then 1 else 0 end) as missing_deleted,
        sum(case when explanation is null then 1 else 0 end) as unexplained
    from {{ ref('int_sources__differences') }}
    group by account_id, object_kind, missing_from
)

select
    coalesce(seen.account_id, missing.account_id) as account_id,
    coalesce(seen.object_kind, missing.object_kind) as object_kind,
    coalesce(seen.source, missing.source) as source,
    cast(coalesce(seen.seen, 0) as bigint) as seen,
    cast(coalesce(missing.missing_newer, 0) as bigint) as missing_newer,
    cast(coalesce(missing.missing_older, 0) as bigint) as missing_older,
    cast(coalesce(missing.missing_deleted, 0) as bigint) as missing_deleted,
    cast(coalesce(missing.unexplained, 0) as bigint) as unexplained
from seen
full outer join missing
    on seen.account_id = missing.account_id and seen.object_kind = missing.object_kind and seen.source = missing.source
