with

entries as (
    select * from {{ ref('stg_bank__entries') }}
),

-- details that stand in the statement itself
own as (
    select entries.bank_entry_id, details.*
    from entries
    inner join {{ source('bank', 'entry_details') }} as details
        on entries.load_seq = details.load_seq
        and entries.statement_index = details.statement_index
        and entries.entry_index = details.entry_index
),

with_own as (
    select distinct own.bank_entry_id from own
    where own.amount_minor is not null
),

-- A notification tells what a collective booking consists of. It is no money of its own: it is only looked at
-- where a booked entry of the same account, amount and reference is waiting for its parts.
notified as (
    select
        statements.bank_account,
        noted.currency,
        noted.amount_minor,
        coalesce(noted.bank_reference, noted.entry_reference) as reference,
        noted.load_seq,
        noted.statement_index,
        noted.entry_index,
        row_number() over (
            partition by statements.bank_account, noted.currency, noted.amount_minor,
                coalesce(noted.bank_reference, noted.entry_reference)
            order by statements.observed_at desc, statements.statement_id, noted.entry_index
        ) as recency
    from {{ ref('stg_bank__statements') }} as statements
    inner join {{ source('bank', 'entries') }} as noted
        on statements.load_seq = noted.load_seq and statements.statement_index = noted.statement_index
    where statements.statement_kind = 'notification'
),

waiting as (
    select
        entries.*,
        row_number() over (
            partition by bank_account, currency, amount_minor, coalesce(bank_reference, entry_reference)
            order by booked_date, bank_entry_id
        ) as place
    from entries
    where entries.bank_entry_id not in (select with_own.bank_entry_id from with_own)
),

joined as (
    select waiting.bank_entry_id, details.*
    from waiting
    inner join notified
        on waiting.bank_account = notified.bank_account
        and waiting.currency = notified.currency
        and waiting.amount_minor = notified.amount_minor
        and coalesce(waiting.bank_reference, waiting.entry_reference) = notified.reference
        and waiting.place = 1 and notified.recency = 1
    inner join {{ source('bank', 'entry_details') }} as details
        on notified.load_seq = details.load_seq
        and notified.statement_index = details.statement_index
        and notified.entry_index = details.entry_index
),

all_details as (
    select own.*, 'statement' as stated_by
    from own
    where own.bank_entry_id in (select with_own.bank_entry_id from with_own)
        or own.bank_entry_id not in (select joined.bank_entry_id from joined)
    union all
    select *, 'notification' as stated_by from joined
)

select
    {{ text_hash("concat_ws('|', bank_entry_id, cast(detail_index as varchar))") }} as detail_id,
    bank_entry_id,
    detail_index,
    amount_minor,
    currency,
    bank_reference,
    end_to_end_id,
    transaction_id,
    mandate_id,
    counterparty,
    counterparty_account,
    description,
    return_reason,
    instructed_minor,
    instructed_currency,
    exchange_rate,
    charges_minor,
    charges_currency,
    stated_by,
    received_at as recorded_at,
    load_seq
from all_details
