{{ stage_stripe(table=source('sigma', 'application_fees'), object=source('api', 'application_fee')) }}
