{#-
What is known of a subscription's standing over time, as intervals: `late` (past due or unpaid, until it is made good), `unpaid`
and `paused` (Stripe's status: no service), `held` (collection paused, service runs). An end that is null is not known yet.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

sights as (
    select
        *,
        lead(observed_at) over (partition by account_id, subscription_id order by version) as next_at
    from {{ ref('stg_stripe__subscription_observations') }}
    where not is_deleted and observed_at <= {{ as_of }}
),

watched as (
    select account_id, subscription_id, min(observed_at) as since from sights where kind = 'event' group by account_id, subscription_id
),

seen as (
    select account_id, subscription_id, 'late' as phase, observed_at as starts_at, next_at as ends_at from sights where status in ('past_due', 'unpaid')
    union all
    select account_id, subscription_id, 'unpaid', observed_at, next_at from sights where status = 'unpaid'
    union all
    select account_id, subscription_id, 'paused', observed_at, next_at from sights where status = 'paused'
    union all
    select account_id, subscription_id, 'held', observed_at, next_at from sights where is_collection_paused
),

unpaid_invoices as (
    select
        account_id, subscription_id, first_failed_at, resolved_at, last_failed_at,
        row_number() over (partition by account_id, subscription_id order by finalized_at desc, invoice_id desc) as recency
    from {{ ref('int_subscription_invoices') }}
),

-- what only the present row tells: since when is read off the last invoice, else it counts from the present period; never from
-- the day of an export, which the next one would move
present as (
    select
        lives.*,
        coalesce(lives.period_start_at, lives.trial_end_at, lives.started_at) as period_at,
        coalesce(latest.last_failed_at, latest.first_failed_at, lives.period_start_at, lives.started_at) as unpaid_since,
        coalesce(latest.first_failed_at, lives.period_start_at, lives.started_at) as late_since
    from {{ ref('int_subscription_lives') }} as lives
    left join watched on lives.account_id = watched.account_id and lives.subscription_id = watched.subscription_id
    left join unpaid_invoices as latest
        on lives.account_id = latest.account_id and lives.subscription_id = latest.subscription_id and latest.recency = 1
        and latest.first_failed_at is not null and latest.resolved_at is null
    where watched.subscription_id is null
)

select account_id, subscription_id, phase, starts_at, ends_at from seen
union all
select account_id, subscription_id, 'late', first_failed_at, resolved_at from unpaid_invoices
where first_failed_at <= {{ as_of }} and (resolved_at is null or resolved_at > first_failed_at)
union all
select account_id, subscription_id, 'late', late_since, null from present where status in ('past_due', 'unpaid')
union all
select account_id, subscription_id, 'unpaid', unpaid_since, null from present where status = 'unpaid'
union all
select account_id, subscription_id, 'paused', period_at, null from present where status = 'paused'
union all
select account_id, subscription_id, 'held', period_at, null from present where is_collection_paused
