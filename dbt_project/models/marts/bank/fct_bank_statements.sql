with

-- a statement without any amount may state no currency; then the account's own does
placed as (
    select
        statements.*,
        accounts.account_id,
        accounts.currency as account_currency,
        row_number() over (partition by statements.statement_id order by accounts.currency) as choice
    from {{ ref('int_bank_statements__chained') }} as statements
    inner join {{ ref('int_bank_accounts') }} as accounts
        on statements.bank_account = accounts.bank_account
        and coalesce(statements.currency, accounts.currency) = accounts.currency
        and coalesce(statements.period_end_date, accounts.from_date) >= accounts.from_date
        and (accounts.until_date is null or coalesce(statements.period_end_date, accounts.from_date) < accounts.until_date)
)

select
    statement_id,
    account_id,
    bank_account,
    coalesce(currency, account_currency) as currency,
    statement_kind,
    source_format,
    servicer,
    statement_number,
    sequence_number,
    page_number,
    period_start_date,
    period_end_date,
    opening_minor,
    closing_minor,
    entry_count,
    credit_minor,
    debit_minor,
    stated_entry_count,
    stated_net_minor,
    stated_credit_count,
    stated_credit_minor,
    stated_debit_count,
    stated_debit_minor,
    proven_by,
    gap_minor,
    missing_statement_count,
    source_file,
    recorded_at
from placed
where choice = 1 and (
    period_start_date is null
    or {{ local_midnight('period_start_date') }} <= timestamptz '{{ run_value("as_of") }}'
)
