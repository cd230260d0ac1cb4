{#- When a bank books what is due on a day: on that day, or on the next one on which it is open. -#}
with

calendars as (
    select calendar, min(from_date) as from_date, max(to_date) as to_date
    from {{ ref('int_bank_feeds') }}
    group by calendar
),

days as (
    select calendar, {{ each_of(days_from('from_date', days_after('to_date', 14))) }} as date
    from calendars
),

judged as (
    select
        days.calendar, days.date,
        holidays.holiday_date is null and {{ is_weekday('days.date') }} as is_open
    from days
    left join {{ ref('int_bank_holidays') }} as holidays
        on days.calendar = holidays.calendar and days.date = holidays.holiday_date
)

select
    calendar,
    date,
    min(case when is_open then date end)
        over (partition by calendar order by date rows between current row and unbounded following) as open_date
from judged
