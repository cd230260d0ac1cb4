{#- What a company brings along from before its history begins here; everything else changes only with a full build. -#}
with

openings as (
    select
        account_id, opening_id, currency, ledger_account, clearing_id, opening_date, 'opening_balance' as entry_kind,
        coalesce(debit_minor, 0) - coalesce(credit_minor, 0) as debit_minor
    from {{ ref('int_opening_balances') }}
    union all
    select
        account_id, schedule_id, currency, ledger_account, null, opening_date, 'opening_schedule', -remaining_minor
    from {{ ref('int_opening_schedules') }}
),

both_sides as (
    select
        account_id, opening_id, currency, opening_date, entry_kind,
        case entry_kind when 'opening_schedule' then 'scheduled' else 'opening' end as leg, ledger_account, clearing_id, debit_minor
    from openings
    union all
    select account_id, opening_id, currency, opening_date, entry_kind, 'equity', 'opening_equity', null, -debit_minor
    from openings
)

select
    concat(account_id, ':opening:', opening_id) as entry_id,
    entry_kind,
    account_id,
    opening_id as source_object_id,
    lower(currency) as currency,
    leg,
    ledger_account,
    clearing_id,
    debit_minor,
    {{ local_midnight('opening_date') }} as effective_at,
    opening_date as posting_date,
    {{ local_midnight('opening_date') }} as recorded_at,
    cast(null as varchar) as reverses_entry_id,
    cast(null as varchar) as counterparty_account_id,
    false as is_mirror
from both_sides
where opening_date <= {{ local_date("timestamptz '" ~ run_value("as_of") ~ "'") }}
