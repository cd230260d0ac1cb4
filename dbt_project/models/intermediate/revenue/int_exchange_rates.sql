with

rates as (
    select
        {{ utc_date('rate_at') }} as rate_date,
        {{ seconds_of('rate_at') }} as rate_number,
        {{ each_of(json_map_entries('buy_currency_rates')) }} as entry,
        recorded_at
    from {{ ref('stg_stripe__exchange_rates') }}
    where not is_deleted and sell_currency = 'usd'
),

spelled as (
    select rate_date, rate_number, lower({{ entry_key('entry') }}) as currency, {{ entry_value('entry') }} as rate, recorded_at
    from rates
)

select
    spelled.rate_date,
    spelled.rate_number,
    spelled.currency,
    {{ scaled_rate('spelled.rate', 'currencies.exponent') }} as units_per_usd,
    spelled.recorded_at
from spelled
inner join {{ ref('int_currencies') }} as currencies on spelled.currency = currencies.currency
