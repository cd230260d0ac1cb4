{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
-- Guards the calendar of closed periods: what was frozen in a period lies in the period of that name by the calendar of today.
-- Another order of weeks may leave the end of a closed period where it was and cut those before it elsewhere.
with

days as (
    select distinct period_id, posting_date from {{ ref('int_ledger__frozen_postings') }}
)

select period_id, posting_date, {{ period_text('posting_date') }} as period_of_today
from days
where period_id <> {{ period_text('posting_date') }}
