{#-
What an automatic payout must have taken when no source names its transactions.

Stripe's rule: everything that is available and unpaid in the currency at the midnight of the payout's day. What an
earlier automatic payout found, it took; what a payout by hand took, nobody can say, unless it left nothing. So the
transactions are those that became available after the last such moment, and they count only if they sum to the
payout exactly. No subset is ever searched. Source: docs.stripe.com/payouts.
-#}
with

payouts as (
    select * from {{ ref('int_payouts__dated') }}
),

steps as (
    select * from {{ ref('int_payouts__sweep_steps') }}
),

pools as (
    select account_id, currency, count(distinct coalesce(source_type, 'card')) as pool_count
    from payouts
    where is_automatic and coalesce(method, 'standard') <> 'instant'
    group by account_id, currency
),

-- the last automatic payout before each step left nothing behind
swept as (
    select
        *,
        max(case when is_sweep then position end) over earlier as sweep_position
    from steps
    window earlier as (
        partition by account_id, currency order by position rows between unbounded preceding and 1 preceding
    )
),

-- nor did a payout by hand after which as much is left as after that one: nothing
resting as (
    select by_hand.account_id, by_hand.currency, by_hand.position, by_hand.sweep_position
    from swept as by_hand
    left join steps as sweeps
        on by_hand.account_id = sweeps.account_id
        and by_hand.currency = sweeps.currency
        and by_hand.sweep_position = sweeps.position
    where by_hand.is_by_hand and by_hand.balance_minor = coalesce(sweeps.balance_minor, 0)
),

starts as (
    select swept.account_id, swept.currency, swept.position,
        greatest(coalesce(swept.sweep_position, 0), coalesce(max(resting.position), 0)) as start_position
    from swept
    left join resting
        on swept.account_id = resting.account_id
        and swept.currency = resting.currency
        and coalesce(swept.sweep_position, 0) = coalesce(resting.sweep_position, 0)
        and swept.position > resting.position
    where swept.is_sweep and not swept.is_named
    group by swept.account_id, swept.currency, swept.position, swept.sweep_position
)

select
    ends.account_id,
    ends.payout_id,
    ends.currency,
    begins.step_date as after_date,
    payouts.swept_date as until_date,
    payouts.swept_minor,
    cast(ends.balance_minor - ends.net_minor - coalesce(begins.balance_minor, 0) as bigint) as found_minor,
    cast(ends.counted - coalesce(begins.counted, 0) as bigint) as found_count,
    cast(ends.by_hand_count - coalesce(begins.by_hand_count, 0) as bigint) as by_hand_count,
    pools.pool_count > 1 as has_several_pools
from starts
inner join swept as ends
    on starts.account_id = ends.account_id and starts.currency = ends.currency and starts.position = ends.position
inner join payouts on ends.account_id = payouts.account_id and ends.payout_id = payouts.payout_id
left join steps as begins
    on starts.account_id = begins.account_id
    and starts.currency = begins.currency
    and starts.start_position = begins.position
left join pools on ends.account_id = pools.account_id and ends.currency = pools.currency
