with

statements as (
    select * from {{ ref('stg_bank__statements') }}
),

measured as (
    select
        *,
        -- a statement that states only where it ends must have begun here
        coalesce(opening_minor, closing_minor - booked_minor) as begins_minor
    from statements
),

booked as (
    select
        *,
        lag(closing_minor) over chain as previous_closing_minor,
        lag(period_end_date) over chain as previous_end_date,
        lag(sequence_number) over chain as previous_sequence_number
    from measured
    where statement_kind = 'booked'
    window chain as (
        partition by bank_account, currency, source_format
        order by period_start_date, period_end_date, sequence_number, page_number, statement_number, source_line, statement_id
    )
),

judged as (
    select
        *,
        -- Statements that overlap do not follow each other; whether two share the entries of the day on which they
        -- meet is only known of one that states where it begins.
        case
            when period_start_date > previous_end_date or period_start_date = previous_end_date and opening_minor is not null
                then begins_minor - previous_closing_minor
        end as gap_minor,
        case
            when sequence_number > previous_sequence_number + 1 and sequence_number - previous_sequence_number < 1000
                then sequence_number - previous_sequence_number - 1
            else 0
        end as missing_statement_count
    from booked
)

select
    {{ all_but(['previous_closing_minor', 'previous_end_date', 'previous_sequence_number']) }},
    case
        when opening_minor is not null and closing_minor is not null then 'balances'
        when gap_minor = 0 then 'chain'
        else 'none'
    end as proven_by
from judged
union all
select
    *,
    cast(null as bigint) as gap_minor,
    cast(0 as bigint) as missing_statement_count,
    'none' as proven_by
from measured
where statement_kind <> 'booked'
