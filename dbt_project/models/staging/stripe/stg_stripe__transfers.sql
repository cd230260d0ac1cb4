{{ stage_stripe(table=source('sigma', 'transfers'), object=source('api', 'transfer')) }}
