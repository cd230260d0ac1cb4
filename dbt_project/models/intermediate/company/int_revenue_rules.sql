{{ with_company(ref('revenue_rules'), source('company', 'revenue_rules'), 'rule_id', {
    'rule_id': 'varchar', 'account_id': 'varchar', 'product_id': 'varchar', 'price_id': 'varchar',
    'description_contains': 'varchar', 'metadata_key': 'varchar', 'metadata_value': 'varchar',
    'from_date': 'date', 'to_date': 'date', 'recognition_policy': 'varchar', 'window_months': 'integer',
    'treatment': 'varchar', 'treatment_bps': 'integer', 'party': 'varchar', 'obligation': 'varchar'}) }}
