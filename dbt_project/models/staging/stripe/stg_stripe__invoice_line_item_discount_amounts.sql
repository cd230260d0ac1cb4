{{ stage_stripe_list(table=source('sigma', 'invoice_line_item_discount_amounts'), object=source('api', 'line_item')) }}
