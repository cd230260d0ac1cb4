{{ stage_stripe(table=source('sigma', 'usage_records'), object=source('api', 'usage_record')) }}
