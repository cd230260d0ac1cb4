{{ stage_stripe(table=source('sigma', 'invoices'), object=source('api', 'invoice')) }}
