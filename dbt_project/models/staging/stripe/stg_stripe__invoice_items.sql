{{ stage_stripe(table=source('sigma', 'invoice_items'), object=source('api', 'invoiceitem')) }}
