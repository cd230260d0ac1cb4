{#-
Each customer in a currency as a member of a cohort: what it began with, how its first 90 days were paid, and in which cycle
of its life it was first lost or stopped being watched. Who comes back stays lost here: survival is the time to the first loss.
Watching ends when the account is no longer observed: nobody stayed then, nor does a notice that was given before count alone.
-#}
with

beginnings as (
    select
        firsts.account_id, firsts.customer_id, firsts.currency, firsts.moved_at as started_at, firsts.month as cohort_month,
        firsts.mrr_after as starting_mrr, greatest(firsts.moved_at, observed.watched_until) as watched_until
    from {{ ref('int_mrr_movements') }} as firsts
    left join {{ ref('int_accounts_observed') }} as observed on firsts.account_id = observed.account_id
    where firsts.movement = 'new'
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
        {{ seconds_later('terms.started_at', '90 * 86400') }} as early_until,
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
        count(case when attempts.disputed_at < begun.early_until then 1 end) as disputed,
        count(case when attempts.is_hard then 1 end) as hard,
        count(case when attempts.is_declined and not attempts.is_made_good then 1 end) as lost,
        count(case when attempts.is_declined then 1 end) as declined
    from begun
    inner join {{ ref('int_subscription_attempts') }} as attempts
        on begun.account_id = attempts.account_id and begun.customer_id = attempts.customer_id
        and begun.currency = attempts.currency and begun.early_until > attempts.attempted_at
        and (begun.started_at <= attempts.attempted_at or begun.subscription_id = attempts.subscription_id)
    group by begun.account_id, begun.customer_id, begun.currency
),

losses as (
    select account_id, customer_id, currency, churned_at, kind,
        row_number() over (partition by account_id, customer_id, currency order by churned_at) as place
    from {{ ref('fct_churn_events') }}
),

lived as (
    select
        begun.*, losses.churned_at, losses.kind,
        {{ whole_cycles('begun.started_at', 'begun.watched_until', 'begun.cycle_unit', 'begun.cycle_count') }} as whole_cycles
    from begun
    left join losses
        on begun.account_id = losses.account_id and begun.customer_id = losses.customer_id and begun.currency = losses.currency
        and losses.place = 1 and begun.watched_until >= losses.churned_at
)

select
    lived.account_id,
    lived.customer_id,
    lived.currency,
    lived.started_at,
    lived.cohort_month,
    {{ interval_name('lived.cycle_unit', 'lived.cycle_count') }} as billing_interval,
    {{ trial_bucket('lived.trial_days') }} as trial_bucket,
    case
        when payments.disputed > 0 then 'disputed'
        when payments.hard > 0 then 'hard_decline'
        when payments.lost > 0 then 'soft_lost'
        when payments.declined > 0 then 'soft_recovered'
        else 'clean'
    end as payment_pattern,
    lived.starting_mrr,
    lived.cycle_unit,
    lived.cycle_count,
    lived.churned_at,
    lived.whole_cycles,
    case when lived.churned_at is null then lived.whole_cycles + 1
        else {{ cycle_of('lived.started_at', 'lived.churned_at', 'lived.cycle_unit', 'lived.cycle_count') }}
    end as last_cycle,
    coalesce(lived.kind, 'censored') as outcome
from lived
left join payments
    on lived.account_id = payments.account_id and lived.customer_id = payments.customer_id and lived.currency = payments.currency
