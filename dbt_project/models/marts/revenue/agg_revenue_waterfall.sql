with

months as (
    select
        account_id,
        currency,
        booked_month,
        service_month as recognized_month,
        sum(recognized_minor - contra_minor) as recognized_minor,
        sum(case when is_posted then recognized_minor - contra_minor else 0 end) as posted_minor
    from {{ ref('fct_revenue_schedule') }}
    group by account_id, currency, booked_month, service_month
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
