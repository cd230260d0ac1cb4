-- depends_on: {{ ref('int_ledger__changed') }}
with

all_postings as (
    select * from {{ ref('int_ledger__transaction_postings') }}
    union all
    select * from {{ ref('int_ledger__bank_postings') }}
    {%- if not is_incremental() %}
    union all
    select * from {{ ref('int_ledger__opening_postings') }}
    {%- endif %}
),

periods as (
    select posting_date, period_id from {{ ref('int_periods__days') }}
)

select
    concat(entry_id, ':', leg) as posting_id,
    entry_id,
    entry_kind,
    account_id,
    'money' as subledger,
    leg,
    ledger_account,
    clearing_id,
    currency,
    cast(greatest(debit_minor, 0) as bigint) as debit_minor,
    cast(greatest(-debit_minor, 0) as bigint) as credit_minor,
    effective_at,
    all_postings.posting_date,
    periods.period_id,
    {{ no_day() }} as service_month,
    recorded_at,
    source_object_id,
    reverses_entry_id,
    counterparty_account_id,
    is_mirror
from all_postings
left join periods on all_postings.posting_date = periods.posting_date
