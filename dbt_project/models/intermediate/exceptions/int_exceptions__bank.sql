{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

statements as (
    select * from {{ ref('fct_bank_statements') }}
    where statement_kind = 'booked' and period_start_date is not null
),

gaps as (
    select
        account_id,
        'bank_statement_gap' as kind,
        'bank_statement' as object_kind,
        statement_id as object_id,
        currency,
        gap_minor as amount_minor,
        {{ local_midnight('period_start_date') }} as opened_at,
        concat('the statement of ', bank_account, ' from ', cast(period_start_date as varchar), ' does not begin where ',
            'the one before it ended; statement numbers missing between them: ',
            cast(missing_statement_count as varchar)) as reason,
        'Put the missing statement into bank/; the bank can send it again.' as suggested_action
    from statements
    where gap_minor <> 0
),

missing as (
    select
        account_id,
        'bank_statement_missing' as kind,
        'bank_statement' as object_kind,
        statement_id as object_id,
        currency,
        gap_minor as amount_minor,
        {{ local_midnight('period_start_date') }} as opened_at,
        concat(cast(missing_statement_count as varchar), ' statement number(s) of ', bank_account,
            ' are missing before ', coalesce(statement_number, cast(sequence_number as varchar)),
            ', although the balances follow each other') as reason,
        'Put the missing statement into bank/; it may hold no entry.' as suggested_action
    from statements
    where missing_statement_count > 0 and coalesce(gap_minor, 0) = 0
),

unproven as (
    select
        account_id,
        'bank_account_unproven' as kind,
        'bank_account' as object_kind,
        concat(bank_account, ':', currency) as object_id,
        currency,
        cast(sum(abs(amount_minor)) as bigint) as amount_minor,
        min({{ local_midnight('booked_date') }}) as opened_at,
        concat(cast(count(*) as varchar), ' entries of the bank account ', bank_account, ' from ',
            cast(min(booked_date) as varchar), ' to ', cast(max(booked_date) as varchar),
            ' stand in statements that do not state both balances, and no statement beside them does') as reason,
        'Ask the bank for statements with an opening and a closing balance.' as suggested_action
    from {{ ref('fct_bank_entries') }}
    where not is_proven and entry_status = 'booked'
    group by account_id, bank_account, currency
),

unmapped as (
    select
        'platform' as account_id,
        'bank_account_unmapped' as kind,
        'bank_account' as object_kind,
        concat(entries.bank_account, ':', entries.currency) as object_id,
        entries.currency,
        cast(sum(entries.amount_minor) as bigint) as amount_minor,
        min({{ local_midnight('entries.booked_date') }}) as opened_at,
        concat(cast(count(*) as varchar), ' entries of the bank account ', entries.bank_account, ' from ',
            cast(min(entries.booked_date) as varchar), ' to ', cast(max(entries.booked_date) as varchar),
            ' belong to no tenant') as reason,
        'List the account with its tenant, currency and first day in company/bank_accounts.csv.' as suggested_action
    from {{ ref('stg_bank__entries') }} as entries
    left join {{ ref('int_bank_accounts') }} as accounts
        on entries.bank_account = accounts.bank_account
        and entries.currency = accounts.currency
        and entries.booked_date >= accounts.from_date
        and (accounts.until_date is null or entries.booked_date < accounts.until_date)
    where accounts.bank_account is null and {{ local_midnight('entries.booked_date') }} <= {{ as_of }}
    group by entries.bank_account, entries.currency
)

select * from gaps
union all
select * from missing
union all
select * from unproven
union all
select * from unmapped
