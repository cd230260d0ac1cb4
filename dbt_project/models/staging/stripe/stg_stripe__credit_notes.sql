{{ stage_stripe(table=source('sigma', 'credit_notes'), object=source('api', 'credit_note')) }}
