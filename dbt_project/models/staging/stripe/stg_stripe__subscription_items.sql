{{ stage_stripe(table=source('sigma', 'subscription_items'), object=source('api', 'subscription_item'), holder=source('api', 'subscription')) }}
