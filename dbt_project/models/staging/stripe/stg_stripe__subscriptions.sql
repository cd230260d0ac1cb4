{{ stage_stripe(table=source('sigma', 'subscriptions'), object=source('api', 'subscription')) }}
