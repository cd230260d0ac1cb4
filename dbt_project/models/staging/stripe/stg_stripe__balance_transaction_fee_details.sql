{{ stage_stripe_list(table=source('sigma', 'balance_transaction_fee_details'), object=source('api', 'balance_transaction')) }}
