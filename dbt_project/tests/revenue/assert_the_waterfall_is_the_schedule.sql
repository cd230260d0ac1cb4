{{ config(meta={'dagster': {'ref': {'name': 'agg_revenue_waterfall'}}}) }}
-- Guards two ways of working out the same months: the waterfall comes straight from the components, the schedule month by
-- month. Revenue that one of them loses or moves to another month, posted or planned, would show here.
with

scheduled as (
    select
        account_id,
        currency,
        booked_month,
        service_month,
        sum(recognized_minor - contra_minor) as recognized_minor,
        sum(case when is_posted then recognized_minor - contra_minor else 0 end) as posted_minor
    from {{ ref('fct_revenue_schedule') }}
    group by account_id, currency, booked_month, service_month
)

select
    coalesce(waterfall.account_id, scheduled.account_id) as account_id,
    coalesce(waterfall.currency, scheduled.currency) as currency,
    coalesce(waterfall.booked_month, scheduled.booked_month) as booked_month,
    coalesce(waterfall.recognized_month, scheduled.service_month) as recognized_month,
    waterfall.recognized_minor,
    scheduled.recognized_minor as scheduled_minor,
    waterfall.posted_minor,
    scheduled.posted_minor as scheduled_posted_minor
from {{ ref('agg_revenue_waterfall') }} as waterfall
full outer join scheduled
    on waterfall.account_id = scheduled.account_id and waterfall.currency = scheduled.currency
    and waterfall.booked_month = scheduled.booked_month and waterfall.recognized_month = scheduled.service_month
where coalesce(waterfall.recognized_minor, 0) <> coalesce(scheduled.recognized_minor, 0)
    or coalesce(waterfall.posted_minor, 0) <> coalesce(scheduled.posted_minor, 0)
