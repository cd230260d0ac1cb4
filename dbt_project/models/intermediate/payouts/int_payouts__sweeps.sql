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

named as (
    select distinct account_id, payout_id
    from {{ ref('fct_transactions') }}
    where payout_id is not null and payout_id is distinct from source_object_id
),

kinds as (
    select
        payouts.*,
        coalesce(payouts.is_automatic and coalesce(payouts.method, 'standard') <> 'instant', false) as is_sweep,
        named.payout_id is not null as is_named
    from payouts
    left join named on payouts.account_id = named.account_id and payouts.payout_id = named.payout_id
),

tills as (
    select distinct account_id, currency from kinds where is_sweep and not is_named
),

pools as (
    select account_id, currency, count(distinct coalesce(source_type, 'card')) as pool_count
    from kinds
    where is_sweep
    group by account_id, currency
),

-- per day what becomes available and no payout names; a payout's own transaction is no part of what it takes
days as (
    select unpaid.account_id, unpaid.currency, unpaid.sweep_date,
        cast(sum(unpaid.net_minor) as bigint) as net_minor, count(*) as transaction_count
    from {{ ref('int_payouts__unpaid') }} as unpaid
    inner join tills on unpaid.account_id = tills.account_id and unpaid.currency = tills.currency
    group by unpaid.account_id, unpaid.currency, unpaid.sweep_date
),

steps as (
    select account_id, currency, sweep_date as step_date, cast(null as timestamptz) as created_at,
        '' as payout_id, net_minor, transaction_count, false as is_sweep, false as is_by_hand
    from days
    union all
    select kinds.account_id, kinds.currency, kinds.swept_date, kinds.created_at, kinds.payout_id,
        case when kinds.is_named then 0 else -kinds.swept_minor end, 0, kinds.is_sweep, not kinds.is_sweep
    from kinds
    inner join tills on kinds.account_id = tills.account_id and kinds.currency = tills.currency
    where kinds.original_payout_id is null
),

-- within a day money becomes available before payouts take it
running as (
    select
        *,
        sum(net_minor) over so_far as balance_minor,
        sum(transaction_count) over so_far as counted,
        sum(case when is_by_hand then 1 else 0 end) over so_far as by_hand_count,
        row_number() over so_far as position
    from steps
    window so_far as (
        partition by account_id, currency order by step_date, payout_id <> '', created_at, payout_id
        rows between unbounded preceding and current row
    )
),

-- the last automatic payout before each step left nothing behind
swept as (
    select
        *,
        max(case when is_sweep then position end) over earlier as sweep_position
    from running
    window earlier as (
        partition by account_id, currency order by position rows between unbounded preceding and 1 preceding
    )
),

-- nor did a payout by hand after which as much is left as after that one: nothing
resting as (
    select by_hand.account_id, by_hand.currency, by_hand.position, by_hand.sweep_position
    from swept as by_hand
    left join running as sweeps
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
        and resting.position < swept.position
        and resting.position > coalesce(swept.sweep_position, 0)
    where swept.is_sweep
    group by swept.account_id, swept.currency, swept.position, swept.sweep_position
)

select
    ends.account_id,
    ends.payout_id,
    ends.currency,
    begins.step_date as after_date,
    kinds.swept_date as until_date,
    kinds.swept_minor,
    cast(ends.balance_minor - ends.net_minor - coalesce(begins.balance_minor, 0) as bigint) as found_minor,
    cast(ends.counted - coalesce(begins.counted, 0) as bigint) as found_count,
    cast(ends.by_hand_count - coalesce(begins.by_hand_count, 0) as bigint) as by_hand_count,
    pools.pool_count > 1 as has_several_pools
from starts
inner join swept as ends
    on starts.account_id = ends.account_id and starts.currency = ends.currency and starts.position = ends.position
inner join kinds on ends.account_id = kinds.account_id and ends.payout_id = kinds.payout_id and not kinds.is_named
left join running as begins
    on starts.account_id = begins.account_id
    and starts.currency = begins.currency
    and starts.start_position = begins.position
left join pools on ends.account_id = pools.account_id and ends.currency = pools.currency
