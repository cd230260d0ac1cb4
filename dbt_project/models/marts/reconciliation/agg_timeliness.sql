{#- How long facts take to be recorded. That is provenance, not content: the columns are named for it. -#}
select
    account_id,
    currency,
    count(*) as posting_count,
    {{ hours_quantile('effective_at', 'recorded_at', 0.5) }} as recorded_after_p50_hours,
    {{ hours_quantile('effective_at', 'recorded_at', 0.95) }} as recorded_after_p95_hours,
    {{ hours_quantile('effective_at', 'recorded_at', 0.99) }} as recorded_after_p99_hours
from {{ ref('fct_ledger_postings') }}
where subledger = 'money'
    -- a correction took effect when its period opened, whatever happened when
    and entry_kind <> 'correction'
group by account_id, currency
