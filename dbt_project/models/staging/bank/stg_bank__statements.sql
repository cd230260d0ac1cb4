with

received as (
    select
        statements.*,
        loads.name as source_file,
        -- What makes it the same statement wherever it comes from; a running number says more than an id, which some
        -- banks make anew for each message. One that neither has a number nor carries its opening balance to its
        -- closing one does not say what is the whole of its days: its content is part of it.
        {{ text_hash("concat_ws('|', bank_account, coalesce(currency, '-'), statement_kind, source_format, "
            "coalesce(cast(sequence_number as varchar), statement_number, '-'), "
            "coalesce(cast(page_number as varchar), '-'), coalesce(cast(starts_on as varchar), '-'), "
            "coalesce(cast(ends_on as varchar), '-'), case when statement_number is null and sequence_number is null "
            "and (opening_minor is null or closing_minor is null) then content_hash else '-' end)") }} as same_statement
    from {{ source('bank', 'statements') }} as statements
    inner join {{ source('raw_meta', 'loads') }} as loads on statements.load_seq = loads.load_seq
),

-- one file may hold several statements of one number (some banks number them all 1): their contents differ
contents as (
    select load_seq, same_statement, content_hash, min(statement_index) as first_index
    from received
    group by load_seq, same_statement, content_hash
),

numbered as (
    select
        *,
        row_number() over (partition by load_seq, same_statement order by first_index) as ordinal
    from contents
),

-- the one observed last stands: a bank corrects a statement by sending it again
ranked as (
    select
        received.*,
        numbered.ordinal,
        row_number() over (
            partition by received.same_statement, numbered.ordinal
            order by received.observed_at desc, received.content_hash, received.source_file, received.load_seq,
                received.statement_index
        ) as recency,
        min(received.received_at) over (
            partition by received.same_statement, numbered.ordinal, received.content_hash
        ) as recorded_at
    from received
    inner join numbered
        on received.load_seq = numbered.load_seq
        and received.same_statement = numbered.same_statement
        and received.content_hash = numbered.content_hash
        and received.statement_index = numbered.first_index
)

select
    {{ text_hash("concat_ws('|', same_statement, cast(ordinal as varchar))") }} as statement_id,
    -- Statements that go on where the other ended, such as pages: what they repeat, they mean. Any other two that
    -- share a day overlap. Only balances prove the first.
    case
        when statement_kind <> 'booked' or opening_minor is null or closing_minor is null
            then {{ text_hash("concat_ws('|', same_statement, cast(ordinal as varchar))") }}
        when sequence_number is null then same_statement
        else concat_ws('|', source_format, cast(starts_on as varchar), cast(ends_on as varchar))
    end as statement_series,
    bank_account,
    currency,
    statement_kind,
    source_format,
    servicer,
    statement_number,
    sequence_number,
    page_number,
    starts_on as period_start_date,
    ends_on as period_end_date,
    opening_minor,
    closing_minor,
    entry_count,
    credit_minor,
    debit_minor,
    booked_minor,
    stated_entry_count,
    stated_entries_minor,
    stated_net_minor,
    stated_credit_count,
    stated_credit_minor,
    stated_debit_count,
    stated_debit_minor,
    source_file,
    source_line,
    observed_at,
    recorded_at,
    load_seq,
    statement_index
from ranked
where recency = 1
