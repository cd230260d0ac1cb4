{#- What the subledgers post in this build, dated when it took effect: whether that period is closed is no matter here. -#}
{%- set parts = [('money', 'transaction'), ('money', 'bank'), ('billing', 'billing')] -%}
{#- What a company brings along changes only with a full build. -#}
{%- if run_value('built_through') == '0' %}{%- do parts.append(('money', 'opening')) -%}{%- endif -%}
-- depends_on: {{ ref('int_ledger__opening_postings') }}, {{ ref('int_ledger__billing_changed') }}
with

all_postings as (
    {%- for subledger, part in parts %}
    select
        '{{ subledger }}' as subledger, entry_id, entry_kind, account_id, source_object_id, currency, leg, ledger_account, clearing_id,
        debit_minor, effective_at, posting_date, {{ no_day() }} as service_month, recorded_at, reverses_entry_id, counterparty_account_id,
        is_mirror
    from {{ ref('int_ledger__' ~ part ~ '_postings') }}
    {%- if part == 'billing' and posts_billing_by_changes() %}
    where entry_id in (select changed.entry_id from {{ ref('int_ledger__billing_changed') }} as changed)
    {%- endif %}
    union all
    {%- endfor %}
    select
        'recognition', entry_id, entry_kind, account_id, source_object_id, currency, leg, ledger_account, null, debit_minor,
        effective_at, posting_date, service_month, recorded_at, null, null, false
    from {{ ref('int_ledger__recognition_postings') }}
),

periods as (
    select posting_date, period_id from {{ ref('int_periods__days') }}
)

select
    concat(all_postings.entry_id, ':', all_postings.leg) as posting_id,
    all_postings.entry_id,
    all_postings.entry_kind,
    all_postings.account_id,
    all_postings.subledger,
    all_postings.leg,
    all_postings.ledger_account,
    all_postings.clearing_id,
    all_postings.currency,
    cast(greatest(all_postings.debit_minor, 0) as bigint) as debit_minor,
    cast(greatest(-all_postings.debit_minor, 0) as bigint) as credit_minor,
    all_postings.effective_at,
    all_postings.posting_date,
    periods.period_id,
    all_postings.service_month,
    all_postings.recorded_at,
    all_postings.source_object_id,
    all_postings.reverses_entry_id,
    all_postings.counterparty_account_id,
    all_postings.is_mirror
from all_postings
left join periods on all_postings.posting_date = periods.posting_date
