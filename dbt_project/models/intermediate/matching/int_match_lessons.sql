{#- Decisions on matches, and whether they were accepted as lessons: those up to the decision that the last `learn` names. -#}
with

accepted as (
    select coalesce(max(through.decision_number), 0) as through_number
    from {{ ref('int_decisions') }} as learnt
    inner join {{ source('journal', 'decisions') }} as through
        on learnt.through_decision_id = through.decision_id
    where learnt.action = 'learn'
)

select
    members.decision_id,
    members.action,
    members.match_kind,
    members.side,
    members.object_id,
    decisions.decision_number <= accepted.through_number as is_live
from {{ ref('int_decision_members') }} as members
inner join {{ ref('int_decisions') }} as decisions on members.decision_id = decisions.decision_id
cross join accepted
where members.action in ('confirm', 'regroup', 'reject')
