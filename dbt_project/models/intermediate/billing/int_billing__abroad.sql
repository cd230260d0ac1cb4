{#-
Open invoices in another currency than that of their books: after each movement, and at the end of each period what they are
worth then (ASC 830-20-35-1). Between two ends a receivable keeps its share of what the last one put on it.
-#}
{%- set as_of = local_date("timestamptz '" ~ run_value("as_of") ~ "'") -%}
with

balances as (
    select * from {{ ref('int_billing__open_abroad') }}
),

ends as (
    select
        *,
        {{ each_of(numbers_between(
            period_number(local_date('effective_at')),
            'coalesce(' ~ period_number(local_date('next_at')) ~ ', ' ~ period_number(as_of) ~ ') - 1'
        )) }} as period_number
    from balances
    where open_own_minor <> 0
),

dated as (
    select *, {{ local_midnight(period_first_day('period_number + 1')) }} as ends_at from ends
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- as an invoice of that midnight would be booked, but not at a rate that is older than a week
rated as (
    select
        dated.account_id, dated.invoice_id, dated.period_number,
        {{ first_by('own.units_per_usd', '-own.rate_number') }} as own_units,
        {{ first_by('books.units_per_usd', '-own.rate_number') }} as books_units,
        {{ first_by('own.recorded_at', '-own.rate_number') }} as recorded_at
    from dated
    inner join rates as own
        on dated.currency = own.currency
        and own.rate_date < {{ utc_date('dated.ends_at') }}
        and own.rate_date >= {{ days_after(utc_date('dated.ends_at'), -7) }}
    inner join rates as books on dated.books_currency = books.currency and own.rate_date = books.rate_date
    group by dated.account_id, dated.invoice_id, dated.period_number
),

looks as (
    select
        account_id, invoice_id, books_currency, effective_at, cast(null as bigint) as period_number,
        open_books_minor, open_own_minor, cast(null as bigint) as remeasured_minor, known_at as recorded_at
    from balances
    union all
    select
        dated.account_id, dated.invoice_id, dated.books_currency, {{ one_second_before('dated.ends_at') }}, dated.period_number,
        dated.open_books_minor, dated.open_own_minor,
        {{ share_of('dated.open_own_minor', 'rated.books_units', 'rated.own_units') }} - dated.open_books_minor,
        greatest(dated.known_at, rated.recorded_at)
    from dated
    left join rated
        on dated.account_id = rated.account_id and dated.invoice_id = rated.invoice_id and dated.period_number = rated.period_number
),

-- a movement of the last second comes before the end
stretched as (
    select
        *,
        row_number() over in_order as look_number,
        count(remeasured_minor) over (in_order rows between unbounded preceding and current row) as stretch
    from looks
    window in_order as (partition by account_id, invoice_id order by effective_at, period_number nulls first)
),

carried as (
    select
        *,
        max(remeasured_minor) over (partition by account_id, invoice_id, stretch) as last_minor,
        max(case when remeasured_minor is not null then open_own_minor end) over (partition by account_id, invoice_id, stretch) as last_own_minor
    from stretched
)

select
    account_id, invoice_id, books_currency, effective_at, period_number, look_number, open_books_minor, open_own_minor, recorded_at,
    period_number is not null and remeasured_minor is null as lacks_rate,
    cast(coalesce(remeasured_minor, {{ within_amount(
        'coalesce(' ~ share_of('last_minor', 'open_own_minor', 'nullif(last_own_minor, 0)') ~ ', 0)', 'coalesce(last_minor, 0)'
    ) }}) as bigint) as on_top_minor
from carried
