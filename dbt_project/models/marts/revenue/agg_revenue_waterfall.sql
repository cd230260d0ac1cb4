with

months as (
    select
        components.account_id,
        components.currency,
        {{ month_start(local_date('components.effective_at')) }} as booked_month,
        schedule.service_month as recognized_month,
        sum(schedule.recognized_minor - schedule.contra_minor) as recognized_minor,
        sum(case when schedule.is_posted then schedule.recognized_minor - schedule.contra_minor else 0 end) as posted_minor
    from {{ ref('fct_revenue_schedule') }} as schedule
    inner join {{ ref('fct_revenue_components') }} as components
        on schedule.account_id = components.account_id and schedule.component_id = components.component_id
    group by
        components.account_id, components.currency, {{ month_start(local_date('components.effective_at')) }},
        schedule.service_month
)

select
    account_id,
    currency,
    booked_month,
    recognized_month,
    cast(recognized_minor as bigint) as recognized_minor,
    cast(posted_minor as bigint) as posted_minor,
    cast(sum(recognized_minor) over (
        partition by account_id, currency, booked_month order by recognized_month desc
        rows between unbounded preceding and current row
    ) - recognized_minor as bigint) as remaining_minor
from months
