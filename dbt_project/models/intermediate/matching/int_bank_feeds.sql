{#- What a bank can be asked about: the accounts and currencies whose statements are there, and for which days. -#}
with

-- money that the bank converted was sent in another currency than its account has
entries as (
    select
        account_id,
        coalesce(instructed_currency, currency) as currency,
        booked_date
    from {{ ref('fct_bank_entries') }}
),

days as (
    select account_id, currency, period_start_date as from_date, period_end_date as to_date
    from {{ ref('fct_bank_statements') }}
    where account_id is not null and period_start_date is not null
    union all
    select account_id, currency, booked_date, booked_date from entries
),

covered as (
    select account_id, currency, min(from_date) as from_date, max(to_date) as to_date
    from days
    group by account_id, currency
),

calendars as (
    select account_id, currency, min(calendar) as calendar
    from {{ ref('int_bank_accounts') }}
    group by account_id, currency
)

select
    covered.account_id,
    covered.currency,
    covered.from_date,
    covered.to_date,
    -- without a name the calendar of the currency's own payment system; of other currencies weekends alone are known
    coalesce(
        calendars.calendar,
        case covered.currency when 'usd' then 'us_fed' when 'eur' then 'target2' else 'weekends' end
    ) as calendar
from covered
left join calendars on covered.account_id = calendars.account_id and covered.currency = calendars.currency
