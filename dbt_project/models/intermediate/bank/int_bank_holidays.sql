{{ with_company(ref('bank_calendars'), source('company', 'bank_calendars'),
    "concat(calendar, '|', cast(holiday_date as varchar))", {'calendar': 'varchar', 'holiday_date': 'date'}) }}
