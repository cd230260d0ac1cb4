{#-
Until when each account was observed: the last sighting of a subscription, bill or movement of money. Nothing is known of
what came after, whatever `as_of` says: exports may have stopped months ago.
-#}
with

sightings as (
    select account_id, max(observed_at) as observed_at from {{ ref('stg_stripe__subscriptions') }} group by account_id
    union all
    select account_id, max(finalized_at) from {{ ref('int_subscription_invoices') }} group by account_id
    union all
    select account_id, max(created_at) from {{ ref('fct_transactions') }} group by account_id
),

watched as (
    select
        account_id,
        max(observed_at) as last_observed_at,
        -- exports come by the day or by the week: that much silence is none
        least(timestamptz '{{ run_value("as_of") }}', {{ seconds_later('max(observed_at)', '7 * 86400') }}) as watched_until
    from sightings
    group by account_id
)

select
    *,
    -- half a month cannot be compared with a whole one
    {{ month_number(local_date('watched_until')) }} - 1 as last_whole_month_number
from watched
