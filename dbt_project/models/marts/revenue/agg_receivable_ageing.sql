{%- set buckets = [('not_due', none, 0), ('1-30', 0, 30), ('31-60', 30, 60), ('61-90', 60, 90), ('91-120', 90, 120), ('>120', 120, none)] -%}
with

owed as (
    select
        account_id, currency, period_id, looked_at, open_minor,
        -- part of a day counts as a day: 30.5 days overdue are more than 30
        {{ seconds_of('looked_at') }} - {{ seconds_of('due_at') }} as overdue_seconds
    from {{ ref('int_receivables_open') }}
),

sorted as (
    select
        account_id, currency, period_id, looked_at, open_minor,
        case
            {%- for bucket, after, through in buckets if through is not none %}
            when overdue_seconds <= {{ through * 86400 }} then '{{ bucket }}'
            {%- endfor %}
            else '>120'
        end as bucket
    from owed
),

buckets as (
    {%- for bucket, after, through in buckets %}
    select '{{ bucket }}' as bucket
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

looks as (
    select distinct account_id, currency, period_id, looked_at from owed
)

select
    looks.account_id,
    looks.currency,
    looks.period_id,
    looks.looked_at as as_of_at,
    buckets.bucket,
    cast(coalesce(sum(sorted.open_minor), 0) as bigint) as amount_minor,
    count(sorted.open_minor) as invoice_count
from looks
cross join buckets
left join sorted
    on looks.account_id = sorted.account_id and looks.currency = sorted.currency
    and looks.period_id = sorted.period_id and buckets.bucket = sorted.bucket
group by looks.account_id, looks.currency, looks.period_id, looks.looked_at, buckets.bucket
