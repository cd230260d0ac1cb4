{{ config(meta={'dagster': {'ref': {'name': 'fct_ledger_postings'}}}) }}
{%- set columns = posting_columns() -%}
-- Guards the lock: a closed period holds the postings of its file in journal/closes/, each of them in every column, and
-- nothing else. A late fact, a changed rule or a changed model that moved one of them would show here.
with

frozen as (
    select period_id, count(*) as posting_count, {{ rows_fingerprint(columns) }} as fingerprint
    from {{ ref('int_ledger__frozen_postings') }}
    {%- if run_value('late_policy') == 'restate' %}
    where false -- restated on purpose; fct_exceptions tells what changed
    {%- endif %}
    group by period_id
),

standing as (
    select period_id, count(*) as posting_count, {{ rows_fingerprint(columns) }} as fingerprint
    from {{ ref('fct_ledger_postings') }}
    where {% if keeps_frozen_postings() %}posting_date < {{ first_open_day() }}{% else %}false{% endif %}
    group by period_id
)

select
    coalesce(frozen.period_id, standing.period_id) as period_id,
    frozen.posting_count as frozen_count,
    standing.posting_count as standing_count
from frozen
full outer join standing on frozen.period_id = standing.period_id
where frozen.posting_count is distinct from standing.posting_count
    or frozen.fingerprint is distinct from standing.fingerprint
