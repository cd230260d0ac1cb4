{{ stage_stripe(table=source('sigma', 'subscription_item_change_events')) }}
