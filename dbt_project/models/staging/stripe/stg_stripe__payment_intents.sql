{{ stage_stripe(table=source('sigma', 'payment_intents'), object=source('api', 'payment_intent')) }}
