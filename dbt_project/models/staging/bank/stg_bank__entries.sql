with

shown as (
    select * from {{ ref('stg_bank__entries_by_format') }}
),

-- one account in two formats is the same money twice: of each day the format counts that tells most
formats as (
    select bank_account, currency, booked_date, source_format, count(*) as entry_count
    from shown
    where entry_status = 'booked'
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
    from {{ ref('stg_bank__statements') }}
    where statement_kind = 'booked'
    group by bank_account, currency
),

booked as (
    select shown.*
    from shown
    inner join best_formats
        on shown.bank_account = best_formats.bank_account
        and shown.currency = best_formats.currency
        and shown.booked_date = best_formats.booked_date
        and shown.source_format = best_formats.source_format
        and best_formats.choice = 1
    where shown.entry_status = 'booked'
),

-- what an intraday report or a pending mark announces counts until a statement has booked the day
announced as (
    select
        shown.*,
        row_number() over (
            partition by shown.bank_entry_id order by shown.statement_kind, shown.source_format, shown.statement_id
        ) as choice
    from shown
    left join booked_through
        on shown.bank_account = booked_through.bank_account and shown.currency = booked_through.currency
    where shown.entry_status = 'pending'
        and (
            booked_through.booked_through_date is null
            or booked_through.booked_through_date < shown.booked_date
            or shown.statement_kind = 'booked' and booked_through.booked_through_date = shown.period_end_date
        )
)

select {{ all_but(['period_end_date']) }} from booked
union all
select {{ all_but(['period_end_date', 'choice']) }} from announced
where choice = 1
