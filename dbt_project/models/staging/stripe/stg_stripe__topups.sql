{{ stage_stripe(table=source('sigma', 'topups'), object=source('api', 'topup')) }}
