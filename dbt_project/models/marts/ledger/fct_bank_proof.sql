with

lines as (
    select * from {{ ref('fct_bank_entries') }} where entry_status = 'booked'
),

-- what the ledger has of each line; converted money stands there in the currency in which it was sent
posted as (
    select
        account_id, leg, currency,
        cast(sum(debit_minor - credit_minor) as bigint) as posted_minor
    from {{ ref('fct_ledger_postings') }}
    where leg like 'bank.%'
    group by account_id, leg, currency
    -- what was frozen and taken back since is posted no more
    having sum(debit_minor) <> sum(credit_minor)
),

-- lines that read like the processor's stand in a group, even alone
grouped as (
    select distinct object_id as bank_entry_id
    from {{ ref('int_match_groups__unioned') }}
    where match_kind = 'payout_bank' and side = 'right'
),

judged as (
    select
        lines.statement_id,
        lines.amount_minor,
        case
            when posted.currency = lines.currency then 'posted'
            when posted.currency is not null then 'converted'
            when grouped.bank_entry_id is not null then 'open'
            else 'unrelated'
        end as kind,
        posted.posted_minor
    from lines
    left join posted
        on lines.account_id = posted.account_id and concat('bank.', lines.bank_entry_id) = posted.leg
    left join grouped on lines.bank_entry_id = grouped.bank_entry_id
),

summed as (
    select
        statement_id,
        count(*) as entry_count,
        sum(amount_minor) as entries_minor,
        sum(case when kind = 'posted' then posted_minor else 0 end) as posted_minor,
        sum(case when kind = 'converted' then amount_minor else 0 end) as converted_minor,
        sum(case when kind = 'open' then amount_minor else 0 end) as open_minor,
        sum(case when kind = 'unrelated' then amount_minor else 0 end) as unrelated_minor,
        count(case when kind in ('posted', 'converted') then 1 end) as posted_count,
        count(case when kind = 'open' then 1 end) as open_count,
        count(case when kind = 'unrelated' then 1 end) as unrelated_count
    from judged
    group by statement_id
),

proofs as (
    select
        statements.*,
        cast(coalesce(summed.entry_count, 0) as bigint) as loaded_count,
        cast(coalesce(summed.entries_minor, 0) as bigint) as entries_minor,
        cast(coalesce(summed.posted_minor, 0) as bigint) as posted_minor,
        cast(coalesce(summed.converted_minor, 0) as bigint) as converted_minor,
        cast(coalesce(summed.open_minor, 0) as bigint) as open_minor,
        cast(coalesce(summed.unrelated_minor, 0) as bigint) as unrelated_minor,
        cast(coalesce(summed.posted_count, 0) as bigint) as posted_count,
        cast(coalesce(summed.open_count, 0) as bigint) as open_count,
        cast(coalesce(summed.unrelated_count, 0) as bigint) as unrelated_count
    from {{ ref('fct_bank_statements') }} as statements
    left join summed on statements.statement_id = summed.statement_id
    where statements.statement_kind = 'booked'
)

select
    account_id,
    bank_account,
    currency,
    statement_id,
    period_start_date,
    period_end_date,
    opening_minor,
    entries_minor,
    -- what another statement (or another format) shows too counts there
    credit_minor - debit_minor - entries_minor as elsewhere_minor,
    closing_minor,
    closing_minor - opening_minor - (credit_minor - debit_minor) as difference_minor,
    posted_minor,
    converted_minor,
    open_minor,
    unrelated_minor,
    loaded_count as entry_count,
    posted_count,
    open_count,
    unrelated_count,
    proven_by
from proofs
