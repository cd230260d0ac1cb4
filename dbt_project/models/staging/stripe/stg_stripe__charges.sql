{{ stage_stripe(table=source('sigma', 'charges'), object=source('api', 'charge')) }}
