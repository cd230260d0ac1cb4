{{ stage_stripe(table=source('sigma', 'coupons'), object=source('api', 'coupon')) }}
