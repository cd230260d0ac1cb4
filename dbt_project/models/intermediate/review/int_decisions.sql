-- which decisions are taken back or overtaken is worked out where the journal is read
select
    decision_id,
    decision_number,
    decided_at,
    decided_by,
    action,
    match_kind,
    left_ids,
    right_ids,
    code,
    amount_minor,
    currency,
    exception_id,
    through_decision_id,
    reason
from {{ source('journal', 'decisions') }}
where is_in_force
