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
),

-- one account in two formats is the same money twice: of each day the format counts that tells most
formats as (
    select bank_account, currency, booked_date, source_format, count(*) as entry_count
    from once
    where choice = 1 and statement_kind = 'booked' and entry_status = 'booked'
    group by bank_account, currency, booked_date, source_format
),

best_formats as (
    select
        *,
        row_number() over (
            partition by bank_account, currency, booked_date order by entry_count desc, source_format
        ) as choice
    from formats
),

booked_through as (
    select bank_account, currency, max(period_end_date) as booked_through_date
    from statements
    where statement_kind = 'booked'
    group by bank_account, currency
),

booked as (
    select once.*, 'booked' as final_status
    from once
    inner join best_formats
        on once.bank_account = best_formats.bank_account
        and once.currency = best_formats.currency
        and once.booked_date = best_formats.booked_date
        and once.source_format = best_formats.source_format
        and best_formats.choice = 1
    where once.choice = 1 and once.statement_kind = 'booked' and once.entry_status = 'booked'
),

-- what an intraday report or a pending mark announces counts until a statement has booked the day
pending as (
    select once.*, 'pending' as final_status
    from once
    left join booked_through
        on once.bank_account = booked_through.bank_account and once.currency = booked_through.currency
    where once.choice = 1 and (once.statement_kind = 'intraday' or once.entry_status = 'pending')
        and (
            booked_through.booked_through_date is null
            or booked_through.booked_through_date < once.booked_date
            or once.statement_kind = 'booked' and booked_through.booked_through_date = once.period_end_date
        )
)

select {{ bank_entry_columns() }}
from booked
union all
select {{ bank_entry_columns() }}
from pending
