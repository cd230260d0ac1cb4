{#-
Each customer in a currency as a member of a cohort: what it began with, how its first 90 days were paid, and in which cycle
of its life it was first lost or stopped being watched. Who comes back stays lost here: survival is the time to the first loss.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

beginnings as (
    select account_id, customer_id, currency, moved_at as started_at, month as cohort_month, mrr_after as starting_mrr
    from {{ ref('int_mrr_movements') }}
    where movement = 'new'
),

-- of several items that began at that instant, the one worth most speaks for the customer
terms as (
    select
        beginnings.*,
        changes.subscription_id, changes.billing_interval as cycle_unit, changes.billing_interval_count as cycle_count,
        row_number() over (
            partition by beginnings.account_id, beginnings.customer_id, beginnings.currency
            order by changes.mrr_after desc, changes.subscription_item_id
        ) as place
    from beginnings
    inner join {{ ref('int_mrr_changes') }} as changes
        on beginnings.account_id = changes.account_id and beginnings.customer_id = changes.customer_id
        and beginnings.currency = changes.currency and beginnings.started_at = changes.effective_at and changes.mrr_after > 0
),

begun as (
    select
        terms.*,
        {{ seconds_later('terms.started_at', '90 * 86400') }} as watched_until,
        case when lives.has_trial
            then greatest({{ days_between('coalesce(lives.trial_start_at, lives.created_at)', 'lives.trial_end_at') }}, 1) else 0 end as trial_days
    from terms
    inner join {{ ref('int_subscription_lives') }} as lives
        on terms.account_id = lives.account_id and terms.subscription_id = lives.subscription_id
    where terms.place = 1
),

-- what was declined before the first payment of the same subscription belongs to its beginning
payments as (
    select
        begun.account_id, begun.customer_id, begun.currency,
        count(case when attempts.disputed_at < begun.watched_until then 1 end) as disputed,
        count(case when attempts.is_hard then 1 end) as hard,
        count(case when attempts.is_declined and not attempts.is_made_good then 1 end) as lost,
        count(case when attempts.is_declined then 1 end) as declined
    from begun
    inner join {{ ref('int_subscription_attempts') }} as attempts
        on begun.account_id = attempts.account_id and begun.customer_id = attempts.customer_id
        and begun.currency = attempts.currency and begun.watched_until > attempts.attempted_at
        and (begun.started_at <= attempts.attempted_at or begun.subscription_id = attempts.subscription_id)
    group by begun.account_id, begun.customer_id, begun.currency
),

losses as (
    select account_id, customer_id, currency, churned_at, kind,
        row_number() over (partition by account_id, customer_id, currency order by churned_at) as place
    from {{ ref('fct_churn_events') }}
)

select
    begun.account_id,
    begun.customer_id,
    begun.currency,
    begun.started_at,
    begun.cohort_month,
    {{ interval_name('begun.cycle_unit', 'begun.cycle_count') }} as billing_interval,
    {{ trial_bucket('begun.trial_days') }} as trial_bucket,
    case
        when payments.disputed > 0 then 'disputed'
        when payments.hard > 0 then 'hard_decline'
        when payments.lost > 0 then 'soft_lost'
        when payments.declined > 0 then 'soft_recovered'
        else 'clean'
    end as payment_pattern,
    begun.starting_mrr,
    begun.cycle_unit,
    begun.cycle_count,
    losses.churned_at,
    {{ whole_cycles('begun.started_at', as_of, 'begun.cycle_unit', 'begun.cycle_count') }} as whole_cycles,
    case when losses.churned_at is null
        then {{ whole_cycles('begun.started_at', as_of, 'begun.cycle_unit', 'begun.cycle_count') }} + 1
        else {{ cycle_of('begun.started_at', 'losses.churned_at', 'begun.cycle_unit', 'begun.cycle_count') }}
    end as last_cycle,
    coalesce(losses.kind, 'censored') as outcome
from begun
left join payments
    on begun.account_id = payments.account_id and begun.customer_id = payments.customer_id and begun.currency = payments.currency
left join losses
    on begun.account_id = losses.account_id and begun.customer_id = losses.customer_id and begun.currency = losses.currency
    and losses.place = 1
