{{ with_company(ref('gl_mapping'), source('company', 'gl_mapping'), 'ledger_account', {
    'ledger_account': 'varchar', 'gl_code': 'varchar', 'gl_name': 'varchar', 'class': 'varchar',
    'department': 'varchar', 'location': 'varchar'}) }}
