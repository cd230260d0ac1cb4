{{ stage_stripe(table=source('sigma', 'discounts'), object=source('api', 'discount')) }}
