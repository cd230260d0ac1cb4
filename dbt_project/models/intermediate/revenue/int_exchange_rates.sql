with

rates as (
    select
        {{ utc_date('rate_at') }} as rate_date,
        {{ seconds_of('rate_at') }} as rate_number,
        {{ each_of(json_map_entries('buy_currency_rates')) }} as entry
    from {{ ref('stg_stripe__exchange_rates') }}
    where not is_deleted and sell_currency = 'usd'
)

select
    rates.rate_date,
    rates.rate_number,
    lower(rates.entry.key) as currency,
    {{ scaled_rate('rates.entry.value', 'currencies.exponent') }} as units_per_usd
from rates
inner join {{ ref('int_currencies') }} as currencies on lower(rates.entry.key) = currencies.currency
