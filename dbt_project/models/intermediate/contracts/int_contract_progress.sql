{#-
How far each version and month find an obligation: seconds of its time, or units transferred before that instant. What
happens at the very instant of new terms happens under them.
-#}
with

terms as (
    select * from {{ ref('int_contract_terms') }} where not is_set_apart
),

fulfilled as (
    select account_id, object_id as obligation_id, fulfilled_at, quantity, recorded_at
    from {{ ref('stg_business__fulfilments') }}
    where quantity is not null and fulfilled_at <= timestamptz '{{ run_value("as_of") }}'
),

reached as (
    select account_id, obligation_id, {{ period_number(local_date('effective_at')) }} as month_number from terms
    union all
    select account_id, obligation_id, {{ period_number(local_date('service_start_at')) }} from terms where not is_by_units
    union all
    select
        account_id, obligation_id,
        {{ period_number(local_date('greatest(service_start_at, ' ~ one_second_before('service_end_at') ~ ')')) }}
    from terms
    where not is_by_units
    union all
    select account_id, obligation_id, {{ period_number(local_date('fulfilled_at')) }} from fulfilled
),

months as (
    select
        account_id, obligation_id,
        {{ each_of(numbers_between('min(month_number)', 'max(month_number)')) }} as month_number
    from reached
    where (account_id, obligation_id) in (select (terms.account_id, terms.obligation_id) from terms)
    group by account_id, obligation_id
),

looks as (
    select account_id, obligation_id, version_number, cast(null as bigint) as month_number, effective_at as looked_at from terms
    union all
    select account_id, obligation_id, null, month_number, {{ local_midnight(period_first_day('month_number + 1')) }} from months
),

measures as (
    select account_id, obligation_id, bool_or(is_by_units) as is_by_units from terms
    group by account_id, obligation_id
)

select
    looks.account_id, looks.obligation_id, looks.version_number, looks.month_number, looks.looked_at,
    case when measures.is_by_units then cast(coalesce(sum(fulfilled.quantity), 0) as bigint)
        else {{ service_unit('looks.looked_at') }} end as reached_unit,
    max(fulfilled.fulfilled_at) as fulfilled_at,
    max(fulfilled.recorded_at) as recorded_at
from looks
inner join measures on looks.account_id = measures.account_id and looks.obligation_id = measures.obligation_id
left join fulfilled
    on looks.account_id = fulfilled.account_id and looks.obligation_id = fulfilled.obligation_id
    and looks.looked_at > fulfilled.fulfilled_at
    and measures.is_by_units
group by
    looks.account_id, looks.obligation_id, looks.version_number, looks.month_number, looks.looked_at, measures.is_by_units
