{{ with_company(ref('currencies'), source('company', 'currencies'), 'currency', {'currency': 'varchar', 'exponent': 'integer', 'name': 'varchar'}) }}
