{#-
The rates of a month from the currency of prices into the functional one: as the month opens (the last rate before its first day)
and as it closes (the last rate before the next month, or before `as_of`).
-#}
with

months as (
    select distinct currency, month_number from {{ ref('int_mrr_monthly') }}
),

rates as (
    select
        own.currency, own.rate_date, own.rate_number, own.units_per_usd as own_units, functional.units_per_usd as functional_units
    from {{ ref('int_exchange_rates') }} as own
    inner join {{ ref('int_exchange_rates') }} as functional
        on own.rate_date = functional.rate_date and functional.currency = '{{ run_value("functional_currency") }}'
    where own.rate_date <= {{ utc_date("timestamptz '" ~ run_value('as_of') ~ "'") }}
),

-- the last of each month; months without one keep what they had
monthly as (
    select
        currency, {{ month_number('rate_date') }} as month_number,
        {{ first_by('own_units', '-rate_number') }} as own_units,
        {{ first_by('functional_units', '-rate_number') }} as functional_units
    from rates
    group by currency, {{ month_number('rate_date') }}
),

placed as (
    select
        coalesce(months.currency, monthly.currency) as currency,
        coalesce(months.month_number, monthly.month_number) as month_number,
        months.month_number is not null as is_asked,
        monthly.own_units, monthly.functional_units
    from months
    full outer join monthly on months.currency = monthly.currency and months.month_number = monthly.month_number
),

carried as (
    select
        currency, month_number, is_asked,
        last_value(own_units ignore nulls) over closing as closing_own,
        last_value(functional_units ignore nulls) over closing as closing_functional,
        last_value(own_units ignore nulls) over opening as opening_own,
        last_value(functional_units ignore nulls) over opening as opening_functional
    from placed
    window closing as (partition by currency order by month_number rows between unbounded preceding and current row),
        opening as (partition by currency order by month_number rows between unbounded preceding and 1 preceding)
)

select
    currency,
    month_number,
    case when currency = '{{ run_value("functional_currency") }}' then 1 else closing_own end as closing_own,
    case when currency = '{{ run_value("functional_currency") }}' then 1 else closing_functional end as closing_functional,
    case when currency = '{{ run_value("functional_currency") }}' then 1 else coalesce(opening_own, closing_own) end as opening_own,
    case when currency = '{{ run_value("functional_currency") }}' then 1 else coalesce(opening_functional, closing_functional) end as opening_functional
from carried
where is_asked
