{{ with_company(ref('opening_schedules'), source('company', 'opening_schedules'), 'schedule_id', {
    'schedule_id': 'varchar', 'account_id': 'varchar', 'currency': 'varchar', 'ledger_account': 'varchar',
    'customer_id': 'varchar', 'product_id': 'varchar', 'remaining_minor': 'bigint', 'opening_date': 'date',
    'service_start_date': 'date', 'service_end_date': 'date'}) }}
