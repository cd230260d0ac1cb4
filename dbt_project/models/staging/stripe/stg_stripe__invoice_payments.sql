{{ stage_stripe(table=source('sigma', 'invoice_payments'), object=source('api', 'invoice_payment')) }}
