{#-
Payouts that reached the bank, and those that came back from there.

Without a bank statement Stripe's word counts: a payout that is `paid` arrived on its arrival day. One that failed
later than that day had arrived (Stripe allows five business days); one that failed by then never did.
-#}
with

payouts as (
    select * from {{ ref('stg_stripe__payouts') }} where not is_deleted
),

-- also those after `as_of`: what came back tomorrow had arrived today
returns as (
    select account_id, source_object_id as payout_id, min(created_at) as returned_at, min(recorded_at) as recorded_at
    from {{ ref('stg_stripe__balance_transactions') }}
    where not is_deleted and transaction_type in ('payout_failure', 'payout_cancel')
    group by account_id, source_object_id
),

dated as (
    select
        payouts.account_id,
        payouts.payout_id,
        payouts.currency,
        payouts.amount_minor,
        payouts.status,
        payouts.recorded_at,
        -- Stripe states a day; an instant payout arrives on the day on which it was made
        greatest(payouts.arrival_at, payouts.created_at) as arrived_at,
        greatest({{ utc_date('payouts.arrival_at') }}, {{ local_date('payouts.created_at') }}) as arrival_date,
        -- a reversal is a payout of a negative amount, booked by the same type as a return
        case when payouts.amount_minor > 0 then returns.returned_at end as returned_at,
        returns.recorded_at as return_recorded_at
    from payouts
    left join returns
        on payouts.account_id = returns.account_id and payouts.payout_id = returns.payout_id
)

select
    account_id,
    payout_id,
    currency,
    amount_minor,
    arrived_at,
    arrival_date,
    recorded_at,
    case when returned_at <= timestamptz '{{ run_value("as_of") }}' then returned_at end as returned_at,
    {{ local_date('returned_at') }} as return_date,
    return_recorded_at
from dated
where arrived_at <= timestamptz '{{ run_value("as_of") }}'
    and (dated.returned_at is null and status = 'paid' or {{ local_date('dated.returned_at') }} > arrival_date)
