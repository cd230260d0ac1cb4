{{ stage_stripe(table=source('sigma', 'customers'), object=source('api', 'customer')) }}
