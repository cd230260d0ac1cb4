with

all_kinds as (
    select * from {{ ref('int_exceptions__transactions') }}
    union all
    select * from {{ ref('int_exceptions__ledger') }}
    union all
    select * from {{ ref('int_exceptions__receivables') }}
    union all
    select * from {{ ref('int_exceptions__late_changes') }}
    union all
    select * from {{ ref('int_exceptions__events') }}
    union all
    select * from {{ ref('int_exceptions__bank') }}
    union all
    select * from {{ ref('int_exceptions__bank_formats') }}
    union all
    select * from {{ ref('int_exceptions__payouts') }}
    union all
    select * from {{ ref('int_exceptions__matches') }}
    union all
    select * from {{ ref('int_exceptions__business') }}
    union all
    select * from {{ ref('int_exceptions__contracts') }}
    union all
    select * from {{ ref('int_exceptions__subscriptions') }}
),

exceptions as (
    select *, {{ text_hash("concat_ws('|', account_id, kind, object_kind, object_id)") }} as exception_id
    from all_kinds
),

explanations as (
    select * from {{ ref('int_decisions') }}
    where action = 'explain' and exception_id is not null
)

select
    exceptions.exception_id,
    exceptions.account_id,
    exceptions.kind,
    exceptions.object_kind,
    exceptions.object_id,
    exceptions.currency,
    exceptions.amount_minor,
    exceptions.opened_at,
    cast({{ days_between('exceptions.opened_at', "timestamptz '" ~ run_value("as_of") ~ "'") }} as integer) as age_days,
    exceptions.reason,
    exceptions.suggested_action,
    -- a person explained an amount; another amount is another question
    case
        when explanations.decision_id is not null
            and (explanations.amount_minor is not distinct from exceptions.amount_minor)
            and (explanations.currency is not distinct from exceptions.currency) then 'explained'
        else 'open'
    end as status,
    explanations.decision_id,
    explanations.decided_at,
    explanations.decided_by,
    explanations.code as decided_code,
    explanations.reason as decided_reason,
    case
        when (explanations.currency is not distinct from exceptions.currency) then explanations.amount_minor
    end as decided_minor
from exceptions
left join explanations on exceptions.exception_id = explanations.exception_id
