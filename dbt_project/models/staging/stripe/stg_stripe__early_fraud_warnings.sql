{{ stage_stripe(table=source('sigma', 'early_fraud_warnings'), object=source('api', 'radar_early_fraud_warning')) }}
