with

decisions as (
    select * from {{ ref('int_decisions') }}
),

sides as (
    select decision_id, action, match_kind, decided_by, reason, 'left' as side, {{ each_of('left_ids') }} as object_id
    from decisions
    union all
    select decision_id, action, match_kind, decided_by, reason, 'right' as side, {{ each_of('right_ids') }} as object_id
    from decisions
)

select * from sides
