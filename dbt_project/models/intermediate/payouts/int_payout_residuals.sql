{#- From the sales among a payout's transactions to the payout: sales = payout + the sum of its residuals. -#}
{%- set sample = 10 -%}
with

-- what is not knowable has no components; what failed before anything was named neither
payouts as (
    select * from {{ ref('fct_payout_reconciliation') }}
    where membership_source <> 'unknowable'
        and verdict <> 'not_received'
        and (member_count > 0 or verdict not in ('failed', 'canceled'))
),

components as (
    select
        account_id, payout_id, currency, code, cast(sum(amount_minor) as bigint) as amount_minor,
        count(*) as evidence_count,
        {{ first_texts('evidence_id', sample) }} as evidence_ids
    from {{ ref('int_payout_residual_lines') }}
    group by account_id, payout_id, currency, code
),

-- the transactions of a category without a code are evidence of what they leave unexplained
explained as (
    select account_id, payout_id, currency, cast(sum(amount_minor) as bigint) as amount_minor
    from components
    where code <> 'unexplained'
    group by account_id, payout_id, currency
),

rests as (
    select
        payouts.account_id, payouts.payout_id, payouts.currency, payouts.verdict, payouts.difference_minor,
        cast(payouts.sales_minor - payouts.payout_minor - coalesce(explained.amount_minor, 0) as bigint) as rest_minor
    from payouts
    left join explained
        on payouts.account_id = explained.account_id
        and payouts.payout_id = explained.payout_id
        and payouts.currency = explained.currency
)

select
    payouts.account_id,
    payouts.payout_id,
    payouts.currency,
    components.code,
    components.amount_minor,
    cast(components.evidence_count as bigint) as evidence_count,
    components.evidence_ids
from components
inner join payouts
    on components.account_id = payouts.account_id
    and components.payout_id = payouts.payout_id
    and components.currency = payouts.currency
where components.code <> 'unexplained' and components.amount_minor <> 0
union all
-- what may still be named until its day is timing
select account_id, payout_id, currency, 'cut_off', difference_minor, 0, cast(null as varchar)
from rests
where verdict = 'timing' and difference_minor <> 0
union all
select
    rests.account_id, rests.payout_id, rests.currency, 'unexplained',
    case when rests.verdict = 'timing' then rests.rest_minor - rests.difference_minor else rests.rest_minor end,
    coalesce(components.evidence_count, 0),
    components.evidence_ids
from rests
left join components
    on rests.account_id = components.account_id
    and rests.payout_id = components.payout_id
    and rests.currency = components.currency
    and components.code = 'unexplained'
