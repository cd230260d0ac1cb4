{{ stage_stripe(table=source('sigma', 'connected_accounts'), object=source('api', 'account')) }}
