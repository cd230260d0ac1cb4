{#- Receivables in a foreign currency that had to be remeasured, where no rate of that week is known. -#}
select
    account_id,
    'receivable_not_remeasured' as kind,
    'invoice' as object_kind,
    invoice_id as object_id,
    books_currency as currency,
    {{ first_by('open_books_minor', '-look_number') }} as amount_minor,
    min(effective_at) as opened_at,
    concat('no exchange rate of the last week of ', cast(count(*) as varchar), ' period(s), the first one ending ',
        cast({{ local_date('min(effective_at)') }} as varchar)) as reason,
    'Export exchange_rates_from_usd with these days, or set fx_remeasure = false in company/tieout.toml.' as suggested_action
from {{ ref('int_billing__abroad') }}
where lacks_rate
group by account_id, invoice_id, books_currency
