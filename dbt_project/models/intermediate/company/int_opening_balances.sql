{{ with_company(ref('opening_balances'), source('company', 'opening_balances'), 'opening_id', {
    'opening_id': 'varchar', 'account_id': 'varchar', 'currency': 'varchar', 'ledger_account': 'varchar',
    'clearing_id': 'varchar', 'opening_date': 'date', 'debit_minor': 'bigint', 'credit_minor': 'bigint'}) }}
