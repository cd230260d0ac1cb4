{{ stage_stripe(table=source('sigma', 'application_fee_refunds'), object=source('api', 'fee_refund')) }}
