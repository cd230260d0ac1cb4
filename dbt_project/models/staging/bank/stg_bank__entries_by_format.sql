with

statements as (
    select * from {{ ref('stg_bank__statements') }}
    where statement_kind in ('booked', 'intraday')
),

keyed as (
    select
        entries.*,
        statements.statement_id, statements.bank_account, statements.statement_kind, statements.source_format,
        statements.statement_series, statements.period_end_date, statements.source_file, statements.recorded_at,
        -- the bank's own reference names an entry; without one, all that is stated about it does
        {{ text_hash("concat_ws('|', bank_account, entries.currency, cast(booked_date as varchar), "
            "cast(amount_minor as varchar), case when bank_reference is not null then 'ref:' || bank_reference else "
            "concat_ws('|', 'text:', coalesce(cast(value_date as varchar), '-'), coalesce(end_to_end_id, '-'), "
            "coalesce(customer_reference, '-'), coalesce(counterparty, '-'), coalesce(counterparty_account, '-'), "
            "coalesce(description, '-')) end)") }} as entry_key
    from {{ source('bank', 'entries') }} as entries
    inner join statements
        on entries.load_seq = statements.load_seq and entries.statement_index = statements.statement_index
),

counted as (
    select
        *,
        row_number() over (
            partition by statement_kind, entry_status, source_format, statement_series, entry_key
            order by value_date, description, statement_id, entry_index
        ) as occurrence
    from keyed
),

-- overlapping statements give an entry as often as the one that has it most often
once as (
    select
        *,
        row_number() over (
            partition by statement_kind, entry_status, source_format, entry_key, occurrence
            order by period_end_date desc, statement_id, entry_index
        ) as choice
    from counted
)

select
    {{ text_hash("concat_ws('|', case when statement_kind = 'booked' then entry_status else 'pending' end, entry_key, "
        "cast(occurrence as varchar))") }} as bank_entry_id,
    statement_id,
    bank_account,
    currency,
    booked_date,
    coalesce(value_date, booked_date) as value_date,
    amount_minor,
    case when statement_kind = 'booked' then entry_status else 'pending' end as entry_status,
    is_reversal,
    entry_reference,
    bank_reference,
    end_to_end_id,
    customer_reference,
    counterparty,
    counterparty_account,
    description,
    bank_transaction_code,
    batch_count,
    instructed_minor,
    instructed_currency,
    exchange_rate,
    charges_minor,
    charges_currency,
    statement_kind,
    source_format,
    source_file,
    source_line,
    recorded_at,
    load_seq,
    statement_index,
    entry_index,
    period_end_date
from once
where choice = 1
