{{ stage_stripe(table=source('sigma', 'subscription_schedules'), object=source('api', 'subscription_schedule')) }}
