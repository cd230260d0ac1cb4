{{ stage_stripe(table=source('sigma', 'credit_note_line_items'), object=source('api', 'credit_note_line_item'), holder=source('api', 'credit_note')) }}
