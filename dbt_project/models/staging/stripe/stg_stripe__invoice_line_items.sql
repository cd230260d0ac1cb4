{{ stage_stripe(table=source('sigma', 'invoice_line_items'), object=source('api', 'line_item'), holder=source('api', 'invoice')) }}
