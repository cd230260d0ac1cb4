{{ stage_stripe(table=source('sigma', 'prices'), object=source('api', 'price')) }}
