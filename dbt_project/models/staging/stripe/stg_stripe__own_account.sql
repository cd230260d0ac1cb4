{{ stage_stripe(table=source('sigma', 'accounts')) }}
