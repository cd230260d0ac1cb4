{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
select
    account_id,
    subscription_id,
    customer_id,
    coalesce(trial_start_at, created_at) as trial_start_at,
    trial_end_at,
    begins_at as converted_at,
    {{ days_between('coalesce(trial_start_at, created_at)', 'trial_end_at') }} as trial_days,
    case
        when begins_at is not null then 'converted'
        when trial_end_at > {{ as_of }} and over_at is null then 'running'
        when is_first_attempt_failed then 'trial_not_converted'
        when over_at is not null then 'ended_in_trial'
        else 'waiting'
    end as outcome
from {{ ref('int_subscription_lives') }}
where has_trial
