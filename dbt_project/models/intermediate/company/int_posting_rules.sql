{{ with_company(ref('posting_rules'), source('company', 'posting_rules'), 'rule_id', {
    'rule_id': 'varchar', 'reporting_category': 'varchar', 'tenant': 'varchar', 'flow_type': 'varchar', 'leg': 'varchar',
    'side': 'varchar', 'ledger_account': 'varchar', 'clearing_key': 'varchar', 'is_mirror': 'boolean'}) }}
