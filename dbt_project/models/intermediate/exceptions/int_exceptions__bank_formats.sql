with

-- of an account in two formats one counts; where both speak of a day, they must speak of the same money
format_days as (
    select bank_account, currency, booked_date, source_format, sum(amount_minor) as amount_minor
    from {{ ref('stg_bank__entries_by_format') }}
    where entry_status = 'booked'
    group by bank_account, currency, booked_date, source_format
),

counted_days as (
    select account_id, bank_account, currency, booked_date, sum(amount_minor) as amount_minor
    from {{ ref('fct_bank_entries') }}
    where entry_status = 'booked'
    group by account_id, bank_account, currency, booked_date
),

formats_differ as (
    select
        counted_days.account_id,
        'bank_formats_differ' as kind,
        'bank_account' as object_kind,
        concat(counted_days.bank_account, ':', counted_days.currency, ':', cast(counted_days.booked_date as varchar)) as object_id,
        counted_days.currency,
        cast(max(format_days.amount_minor - counted_days.amount_minor) as bigint) as amount_minor,
        {{ local_midnight('counted_days.booked_date') }} as opened_at,
        concat({{ joined_text('format_days.source_format') }}, ' states another sum of the day than the format that counts')
            as reason,
        'Find out which of the statements is whole, and leave the other file out (tieout discard).' as suggested_action
    from counted_days
    inner join format_days
        on counted_days.bank_account = format_days.bank_account
        and counted_days.currency = format_days.currency
        and counted_days.booked_date = format_days.booked_date
        and counted_days.amount_minor <> format_days.amount_minor
    group by counted_days.account_id, counted_days.bank_account, counted_days.currency, counted_days.booked_date
)

select * from formats_differ
