{#-
Late changes as entries of the first open period, one for each source. A source whose changes do not balance by themselves
(another source stands on the other side of its entry) shares one entry with the others of its tenant and currency.
-#}
with

changes as (
    select
        *,
        sum(debit_minor) over (
            partition by account_id, source_object_id, currency, is_mirror
        ) <> 0 as is_one_sided
    from {{ ref('int_ledger__late_changes') }}
    where {% if keeps_frozen_postings() %}true{% else %}false{% endif %}
),

sided as (
    select
        *,
        -- a source is one-sided in a currency with all of its parts
        max(case when is_one_sided then 1 else 0 end) over (
            partition by account_id, source_object_id, currency
        ) as shares_entry
    from changes
),

periods as (
    select posting_date, period_id
    from {{ ref('int_periods__days') }}
    {%- if keeps_frozen_postings() %}
    where posting_date = {{ first_open_day() }}
    {%- endif %}
),

entries as (
    select
        sided.*,
        periods.posting_date,
        periods.period_id,
        concat(
            sided.account_id, ':', case when sided.shares_entry = 1 then sided.currency else sided.source_object_id end,
            ':correction:', periods.period_id
        ) as entry_id
    from sided
    cross join periods
)

select
    concat(entry_id, ':', row_number() over (
        partition by entry_id
        order by
            source_object_id, currency, service_month, leg, ledger_account, clearing_id, subledger,
            counterparty_account_id, is_mirror
    )) as posting_id,
    entry_id,
    'correction' as entry_kind,
    account_id,
    subledger,
    leg,
    ledger_account,
    clearing_id,
    currency,
    cast(greatest(debit_minor, 0) as bigint) as debit_minor,
    cast(greatest(-debit_minor, 0) as bigint) as credit_minor,
    {{ local_midnight('posting_date') }} as effective_at,
    posting_date,
    period_id,
    service_month,
    -- an entry is known when all of it is
    max(recorded_at) over (partition by entry_id) as recorded_at,
    source_object_id,
    min(frozen_entry_id) over (partition by entry_id, source_object_id) as reverses_entry_id,
    counterparty_account_id,
    is_mirror
from entries
