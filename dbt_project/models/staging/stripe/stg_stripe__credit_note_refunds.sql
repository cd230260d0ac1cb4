{{ stage_stripe_list(object=source('api', 'credit_note')) }}
