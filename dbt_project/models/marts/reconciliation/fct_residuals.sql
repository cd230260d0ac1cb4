{#- What each difference is made of; `unexplained` is what no other component names, and stands there even as zero. -#}
with

found as (
    select * from {{ ref('int_match_groups__summed') }}
),

proofs as (
    select match_kind, group_number, side, {{ first_texts('object_id', 10) }} as ids
    from {{ ref('int_match_groups__unioned') }}
    group by match_kind, group_number, side
),

components as (
    select found.match_id, found.account_id, found.currency, found.residual_code as code,
        found.residual_minor as amount_minor, proofs.ids as evidence_ids
    from found
    left join proofs
        on found.match_kind = proofs.match_kind
        and found.group_number = proofs.group_number
        and proofs.side = case when found.right_count > 0 then 'right' else 'left' end
    where found.residual_code is not null
    union all
    -- no money: how several items are one
    select found.match_id, found.account_id, found.currency,
        case when proofs.side = 'left' then 'batched_with' else 'split_from' end, 0, proofs.ids
    from found
    inner join proofs on found.match_kind = proofs.match_kind and found.group_number = proofs.group_number
    where found.status <> 'unmatched' and found.match_kind = 'payout_bank'
        and (proofs.side = 'left' and found.left_count > 1 and found.right_count = 1
            or proofs.side = 'right' and found.right_count > 1 and found.left_count = 1)
    union all
    select moved.match_id, moved.account_id, moved.currency, moved.residual_code, moved.residual_minor, moved.mirror_id
    from {{ ref('int_matches__platform_connected') }} as moved
    where moved.residual_code in ('fx_rate', 'in_transit') and moved.residual_minor <> 0
    union all
    select payouts.match_id, residuals.account_id, residuals.currency, residuals.code, residuals.amount_minor,
        residuals.evidence_ids
    from {{ ref('int_payout_residuals') }} as residuals
    inner join {{ ref('int_matches__sales_payout') }} as payouts
        on residuals.account_id = payouts.account_id and residuals.payout_id = payouts.payout_id
    where residuals.code <> 'unexplained'
),

explained as (
    select match_id, cast(sum(amount_minor) as bigint) as amount_minor
    from components
    group by match_id
)

select match_id, account_id, currency, code, amount_minor, evidence_ids from components
union all
select
    matches.match_id, matches.account_id, matches.currency, 'unexplained',
    matches.residual_minor - coalesce(explained.amount_minor, 0), cast(null as varchar)
from {{ ref('fct_matches') }} as matches
left join explained on matches.match_id = explained.match_id
