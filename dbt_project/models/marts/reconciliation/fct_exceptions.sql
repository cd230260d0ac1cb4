with

all_kinds as (
    select * from {{ ref('int_exceptions__transactions') }}
    union all
    select * from {{ ref('int_exceptions__ledger') }}
    union all
    select * from {{ ref('int_exceptions__events') }}
    union all
    select * from {{ ref('int_exceptions__bank') }}
    union all
    select * from {{ ref('int_exceptions__bank_formats') }}
)

select
    {{ text_hash("concat_ws('|', account_id, kind, object_kind, object_id)") }} as exception_id,
    account_id,
    kind,
    object_kind,
    object_id,
    currency,
    amount_minor,
    opened_at,
    cast({{ days_between('opened_at', "timestamptz '" ~ run_value("as_of") ~ "'") }} as integer) as age_days,
    reason,
    suggested_action,
    'open' as status
from all_kinds
