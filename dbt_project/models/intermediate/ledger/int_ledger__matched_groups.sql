{#-
Groups of payouts (or top-ups) and bank lines that the books follow: certain, or confirmed by a person, and without a
difference, or with one whose name says where it posts. Everything else stays open.
-#}
with

members as (
    select
        match_kind,
        group_number,
        count(distinct account_id) as tenant_count,
        count(distinct currency) as currency_count,
        count(distinct case when side = 'right' then date end) as day_count,
        bool_or(amount_minor > 0) and bool_or(amount_minor < 0) as goes_both_ways
    from {{ ref('int_match_groups__unioned') }}
    where match_kind = 'payout_bank'
    group by match_kind, group_number
)

select
    groups.match_id,
    groups.match_kind,
    groups.group_number,
    groups.account_id,
    groups.currency,
    groups.residual_minor,
    groups.residual_code,
    groups.left_count,
    -- what Stripe kept as its fee is posted by the payout's own transaction
    case when groups.residual_code = 'fee' then 0 else groups.residual_minor end as kept_minor,
    rules.ledger_account as kept_account,
    members.day_count
from {{ ref('int_match_groups__summed') }} as groups
inner join members on groups.match_kind = members.match_kind and groups.group_number = members.group_number
left join {{ ref('int_posting_rules__bank_lines') }} as rules
    on groups.residual_code = rules.leg and {{ tenant_kind('groups.account_id') }} = rules.tenant
where groups.status in ('auto', 'confirmed') and groups.left_count > 0 and groups.right_count > 0
    and (groups.residual_minor = 0 or groups.residual_code = 'fee' or rules.ledger_account is not null)
    and members.tenant_count = 1 and members.currency_count = 1
    -- which part of a sum came on which day is told by amounts of one sign only
    and (members.day_count = 1 or not members.goes_both_ways)
