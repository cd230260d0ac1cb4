{#- What people said that the difference of a group is; it holds for the members and the amount that they saw. -#}
with

members as (
    select
        decision_id,
        {{ text_hash(sorted_text("concat_ws(':', side, object_id)")) }} as members_key
    from {{ ref('int_decision_members') }}
    where action = 'explain' and match_kind is not null
    group by decision_id
),

ranked as (
    select
        decisions.match_kind, members.members_key, decisions.currency, decisions.amount_minor, decisions.code,
        row_number() over (
            partition by decisions.match_kind, members.members_key, decisions.currency, decisions.amount_minor
            order by decisions.decision_number desc
        ) as recency
    from {{ ref('int_decisions') }} as decisions
    inner join members on decisions.decision_id = members.decision_id
)

select match_kind, members_key, currency, amount_minor, code
from ranked
where recency = 1
