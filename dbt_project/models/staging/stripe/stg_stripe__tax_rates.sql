{{ stage_stripe(table=source('sigma', 'tax_rates'), object=source('api', 'tax_rate')) }}
