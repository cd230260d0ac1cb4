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
)

select account_id, currency, min(from_date) as from_date, max(to_date) as to_date
from days
group by account_id, currency
