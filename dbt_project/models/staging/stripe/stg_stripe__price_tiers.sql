{{ stage_stripe(table=source('sigma', 'price_tiers')) }}
