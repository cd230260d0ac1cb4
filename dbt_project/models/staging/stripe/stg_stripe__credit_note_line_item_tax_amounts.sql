{{ stage_stripe_list(table=source('sigma', 'credit_note_line_item_tax_amounts'), object=source('api', 'credit_note_line_item')) }}
