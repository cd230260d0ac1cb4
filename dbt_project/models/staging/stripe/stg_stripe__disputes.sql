{{ stage_stripe(table=source('sigma', 'disputes'), object=source('api', 'dispute')) }}
