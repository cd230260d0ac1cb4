{{ stage_stripe(table=source('sigma', 'plans'), object=source('api', 'plan')) }}
