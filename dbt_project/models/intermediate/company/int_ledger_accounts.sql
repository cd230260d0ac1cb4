{{ with_company(ref('chart_of_accounts'), source('company', 'chart_of_accounts'), 'ledger_account', {
    'ledger_account': 'varchar', 'name': 'varchar', 'account_class': 'varchar', 'normal_side': 'varchar',
    'revrec_account': 'varchar', 'awaits': 'varchar', 'clears_within_days': 'integer'}) }}
