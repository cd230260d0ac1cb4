{#-
What made the available money of a currency rise and fall, in order; only where an automatic payout is named by no
transaction. Payouts whose transactions are named change nothing here: neither they nor their members count.
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
        '' as payout_id, net_minor, transaction_count, false as is_sweep, false as is_by_hand, false as is_named
    from days
    union all
    select kinds.account_id, kinds.currency, kinds.swept_date, kinds.created_at, kinds.payout_id,
        case when kinds.is_named then 0 else -kinds.swept_minor end, 0, kinds.is_sweep, not kinds.is_sweep,
        kinds.is_named
    from kinds
    inner join tills on kinds.account_id = tills.account_id and kinds.currency = tills.currency
    where kinds.original_payout_id is null
)

-- within a day money becomes available before payouts take it
select
    account_id,
    currency,
    step_date,
    payout_id,
    is_sweep,
    is_by_hand,
    is_named,
    net_minor,
    cast(sum(net_minor) over so_far as bigint) as balance_minor,
    cast(sum(transaction_count) over so_far as bigint) as counted,
    cast(sum(case when is_by_hand then 1 else 0 end) over so_far as bigint) as by_hand_count,
    row_number() over so_far as position
from steps
window so_far as (
    partition by account_id, currency order by step_date, payout_id <> '', created_at, payout_id
    rows between unbounded preceding and current row
)
