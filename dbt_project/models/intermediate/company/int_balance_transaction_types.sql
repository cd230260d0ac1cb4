{{ with_company(ref('balance_transaction_types'), source('company', 'balance_transaction_types'), 'transaction_type',
    {'transaction_type': 'varchar', 'reporting_category': 'varchar', 'flow_type': 'varchar'}) }}
