{#-
What one source shows and another does not, with the reason where there is one. A source is asked only about
tenants, kinds and times that it speaks of: an export about what was there when it was made, lists about what
was there when they were read, events about what was created while they were kept.
-#}
with

sightings as (
    select
        *,
        {{ tenant_kind('account_id') }} as account_scope
    from {{ ref('int_sources__sightings') }}
    where created_at <= timestamptz '{{ run_value("as_of") }}'
),

exports as (
    select account_scope, sigma_table, object_kind, max(exported_at) as until_at, min(created_at) as since_at
    from sightings
    where is_in_sigma
    group by account_scope, sigma_table, object_kind
),

lists as (
    select account_id, object_kind, max(listed_at) as until_at, min(created_at) as since_at
    from sightings
    where is_in_lists
    group by account_id, object_kind
),

events as (
    select account_id, object_kind, min(first_evented_at) as since_at, max(last_evented_at) as until_at
    from sightings
    where is_in_events
    group by account_id, object_kind
),

missing as (
    select sightings.*, 'sigma' as missing_from, exports.since_at, exports.until_at
    from sightings
    inner join exports
        on sightings.account_scope = exports.account_scope and sightings.object_kind = exports.object_kind
    where not sightings.is_in_sigma
    union all
    select sightings.*, 'lists' as missing_from, lists.since_at, lists.until_at
    from sightings
    inner join lists on sightings.account_id = lists.account_id and sightings.object_kind = lists.object_kind
    where not sightings.is_in_lists
    union all
    select sightings.*, 'events' as missing_from, events.since_at, events.until_at
    from sightings
    inner join events on sightings.account_id = events.account_id and sightings.object_kind = events.object_kind
    where not sightings.is_in_events and sightings.has_events
)

select
    account_id,
    object_kind,
    object_id,
    missing_from,
    case
        when is_deleted then 'deleted'
        when created_at > until_at then 'newer'
        when created_at < since_at then 'older'
    end as explanation,
    currency,
    amount_minor,
    created_at,
    is_in_sigma,
    is_in_lists,
    is_in_events
from missing
