{#-
When a subscription begins to count and when it ceases to. A trial begins with its first invoice that is not zero; where the
first automatic attempt failed, anything begins with the payment. What was never paid never began.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

subscriptions as (
    select
        *,
        trial_end_at is not null and trial_end_at > coalesce(trial_start_at, created_at) as has_trial,
        coalesce(ended_at, case when status = 'canceled'
            then case when is_cancel_at_period_end then coalesce(period_end_at, canceled_at) else canceled_at end end) as over_at
    from {{ ref('stg_stripe__subscriptions') }}
    where coalesce(started_at, created_at) <= {{ as_of }}
),

-- the invoice that decides: of a trial the first that is not zero, else the one that the subscription began with
deciding as (
    select
        invoices.account_id,
        invoices.subscription_id,
        invoices.finalized_at,
        invoices.paid_at,
        coalesce(invoices.is_first_attempt_failed, false) as is_first_attempt_failed,
        row_number() over (
            partition by invoices.account_id, invoices.subscription_id order by invoices.finalized_at, invoices.invoice_id
        ) as place
    from {{ ref('int_subscription_invoices') }} as invoices
    inner join subscriptions
        on invoices.account_id = subscriptions.account_id and invoices.subscription_id = subscriptions.subscription_id
    where case when subscriptions.has_trial
        then invoices.total_minor > 0 and invoices.finalized_at >= subscriptions.trial_end_at
        else invoices.billing_reason = 'subscription_create' or invoices.finalized_at < {{ seconds_later('subscriptions.created_at', 172800) }} end
),

-- where no invoice of a subscription is known, its invoices say nothing
invoiced as (
    select distinct account_id, subscription_id from {{ ref('int_subscription_invoices') }}
),

begun as (
    select
        subscriptions.*,
        deciding.is_first_attempt_failed,
        case
            when deciding.is_first_attempt_failed then deciding.paid_at
            when subscriptions.has_trial and invoiced.subscription_id is not null then deciding.finalized_at
            when subscriptions.has_trial then subscriptions.trial_end_at
            when subscriptions.status in ('incomplete', 'incomplete_expired') then null
            else coalesce(subscriptions.started_at, subscriptions.created_at)
        end as begins_at
    from subscriptions
    left join deciding
        on subscriptions.account_id = deciding.account_id and subscriptions.subscription_id = deciding.subscription_id and deciding.place = 1
    left join invoiced
        on subscriptions.account_id = invoiced.account_id and subscriptions.subscription_id = invoiced.subscription_id
),

ended as (
    select
        *,
        {% if run_value('churn_timing') == 'cancel_request' and run_value('metrics_mode') != 'stripe' -%}
        least(over_at, canceled_at)
        {%- else -%}
        over_at
        {%- endif %} as ends_at
    from begun
)

select
    account_id,
    subscription_id,
    customer_id,
    coalesce(started_at, created_at) as started_at,
    created_at,
    status,
    has_trial,
    trial_start_at,
    trial_end_at,
    coalesce(is_first_attempt_failed, false) as is_first_attempt_failed,
    case when begins_at <= {{ as_of }} and (ends_at is null or begins_at < ends_at) then begins_at end as begins_at,
    case when ends_at <= {{ as_of }} then ends_at end as ends_at,
    case when over_at <= {{ as_of }} then over_at end as over_at,
    canceled_at,
    cancellation_reason,
    cancellation_feedback,
    pause_collection_behavior is not null as is_collection_paused,
    period_start_at
from ended
