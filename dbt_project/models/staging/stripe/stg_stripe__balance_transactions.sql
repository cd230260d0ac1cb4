{{ stage_stripe(table=source('sigma', 'balance_transactions'), object=source('api', 'balance_transaction')) }}
