{{ with_company(ref('standalone_prices'), source('company', 'standalone_prices'), 'standalone_price_id', {
    'standalone_price_id': 'varchar', 'account_id': 'varchar', 'product_id': 'varchar',
    'price_id': 'varchar', 'currency': 'varchar', 'unit_price_minor': 'bigint', 'from_date': 'date'}) }}
