with

periods as (
    select period_id, {{ period_number('min(posting_date)') }} as period_number
    from {{ ref('int_periods__days') }} group by period_id
),

-- a period that has begun is a whole one, also where the history begins or `as_of` lies inside it
whole_periods as (
    select
        period_id, period_number,
        {{ period_first_day('period_number') }} as first_day,
        {{ period_first_day('period_number + 1') }} as next_day
    from periods
)

select
    whole_periods.period_id,
    {{ local_midnight('whole_periods.first_day') }} as starts_at,
    {{ local_midnight('whole_periods.next_day') }} as ends_at,
    {{ fiscal_year_name('whole_periods.period_number') }} as fiscal_year,
    {{ fiscal_quarter('whole_periods.period_number') }} as fiscal_quarter,
    {{ fiscal_period('whole_periods.period_number') }} as fiscal_period,
    -- nothing can be posted before a closed period any more, whether or not there was something to close
    {% if has_closed_periods() -%}
    case when whole_periods.first_day < {{ first_open_day() }} then 'closed' else coalesce(closes.status, 'open') end as status,
    {%- else -%}
    coalesce(closes.status, 'open') as status,
    {%- endif %}
    closes.prepared_by,
    closes.approved_by,
    closes.closed_at,
    closes.sha256 as frozen_sha256
from whole_periods
left join {{ ref('int_periods__closes') }} as closes on whole_periods.period_id = closes.period_id
