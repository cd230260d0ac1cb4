{{ stage_stripe(table=source('sigma', 'promotion_codes'), object=source('api', 'promotion_code')) }}
