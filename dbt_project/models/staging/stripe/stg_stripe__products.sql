{{ stage_stripe(table=source('sigma', 'products'), object=source('api', 'product')) }}
