{{ stage_stripe(table=source('sigma', 'refunds'), object=source('api', 'refund')) }}
