{#-
The recognition subledger as postings: each month of a component out of deferred revenue, or ahead of its invoice. In an
increment only those of changed sources, and what fell due since the last build.
-#}
-- depends_on: {{ ref('int_revenue_components__changed') }}
with

recognized as (
    select schedule.*
    from {{ ref('fct_revenue_schedule') }} as schedule
    where schedule.is_posted and schedule.recognized_minor <> 0
    {%- if posts_recognition_by_changes() %}
        and (schedule.recognized_at > timestamptz '{{ run_value("previous_as_of") }}' or {{ is_changed_source('schedule') }})
    {%- endif %}
),

sides as (
    select 'revenue' as leg
    union all
    select 'balance'
)

select
    concat(recognized.account_id, ':', recognized.component_id, ':', recognized.period_id) as entry_id,
    'recognition' as entry_kind,
    recognized.account_id,
    recognized.source_object_id,
    recognized.currency,
    sides.leg,
    case when sides.leg = 'revenue' then 'revenue' when recognized.kind = 'obligation' then 'contract_balances'
        when recognized.is_unbilled then 'unbilled_receivable' else 'deferred_revenue' end
        as ledger_account,
    case when sides.leg = 'revenue' then -recognized.recognized_minor else recognized.recognized_minor end as debit_minor,
    recognized.recognized_at as effective_at,
    {{ local_date('recognized.recognized_at') }} as posting_date,
    recognized.service_month,
    recognized.recorded_at
from recognized
cross join sides
