select
    account_id,
    'event_divergence' as kind,
    object_type as object_kind,
    object_id,
    cast(null as varchar) as currency,
    cast(null as bigint) as amount_minor,
    min(diverged_at) as opened_at,
    concat('lists show it otherwise than its last event ', last_event_id, ' told: ', {{ joined_text('field') }}) as reason,
    'Extract its events again; older than 30 days, ask Stripe for the event that is missing.' as suggested_action
from {{ ref('fct_event_divergences') }}
-- what is younger than an hour may be an event on its way
where diverged_at <= timestamptz '{{ run_value("as_of") }}' - interval '1 hour'
group by account_id, object_type, object_id, last_event_id
