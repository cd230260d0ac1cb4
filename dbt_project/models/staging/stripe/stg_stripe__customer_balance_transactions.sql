{{ stage_stripe(table=source('sigma', 'customer_balance_transactions'), object=source('api', 'customer_balance_transaction')) }}
