{{ stage_stripe(table=source('sigma', 'exchange_rates_from_usd')) }}
