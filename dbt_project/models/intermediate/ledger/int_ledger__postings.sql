{#- What the subledgers post in this build, dated when it took effect: whether that period is closed is no matter here. -#}
with

all_postings as (
    select * from {{ ref('int_ledger__transaction_postings') }}
    union all
    select * from {{ ref('int_ledger__bank_postings') }}
    {%- if run_value('built_through') == '0' %}
    union all
    select * from {{ ref('int_ledger__opening_postings') }}
    {%- endif %}
),

periods as (
    select posting_date, period_id from {{ ref('int_periods__days') }}
)

select
    concat(all_postings.entry_id, ':', all_postings.leg) as posting_id,
    all_postings.entry_id,
    all_postings.entry_kind,
    all_postings.account_id,
    'money' as subledger,
    all_postings.leg,
    all_postings.ledger_account,
    all_postings.clearing_id,
    all_postings.currency,
    cast(greatest(all_postings.debit_minor, 0) as bigint) as debit_minor,
    cast(greatest(-all_postings.debit_minor, 0) as bigint) as credit_minor,
    all_postings.effective_at,
    all_postings.posting_date,
    periods.period_id,
    {{ no_day() }} as service_month,
    all_postings.recorded_at,
    all_postings.source_object_id,
    all_postings.reverses_entry_id,
    all_postings.counterparty_account_id,
    all_postings.is_mirror
from all_postings
left join periods on all_postings.posting_date = periods.posting_date
