{{ stage_stripe(table=source('sigma', 'transfer_reversals'), object=source('api', 'transfer_reversal')) }}
