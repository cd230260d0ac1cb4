with

details as (
    select bank_entry_id, count(*) as detail_count, {{ joined_text('end_to_end_id') }} as detail_end_to_end_ids
    from {{ ref('stg_bank__entry_details') }}
    group by bank_entry_id
)

select
    entries.bank_entry_id,
    accounts.account_id,
    entries.bank_account,
    entries.currency,
    entries.statement_id,
    entries.booked_date,
    entries.value_date,
    entries.amount_minor,
    entries.entry_status,
    entries.is_reversal,
    entries.description,
    coalesce(entries.end_to_end_id, entries.customer_reference, entries.bank_reference) as reference,
    entries.end_to_end_id,
    entries.customer_reference,
    entries.bank_reference,
    entries.counterparty,
    entries.counterparty_account,
    entries.bank_transaction_code,
    cast(coalesce(entries.batch_count, details.detail_count, 1) as bigint) as batch_count,
    details.detail_end_to_end_ids,
    entries.instructed_minor,
    entries.instructed_currency,
    cast(entries.exchange_rate as decimal(38, 18)) as exchange_rate,
    entries.charges_minor,
    entries.charges_currency,
    statements.proven_by <> 'none' as is_proven,
    accounts.calendar,
    entries.source_format,
    entries.source_file,
    entries.source_line,
    entries.recorded_at
from {{ ref('stg_bank__entries') }} as entries
inner join {{ ref('int_bank_statements__chained') }} as statements on entries.statement_id = statements.statement_id
inner join {{ ref('int_bank_accounts') }} as accounts
    on entries.bank_account = accounts.bank_account
    and entries.currency = accounts.currency
    and entries.booked_date >= accounts.from_date
    and (accounts.until_date is null or entries.booked_date < accounts.until_date)
left join details on entries.bank_entry_id = details.bank_entry_id
where {{ local_midnight('entries.booked_date') }} <= timestamptz '{{ run_value("as_of") }}'
