{#-
Straight from the components, without their schedule: what a booked month recognizes in a month is what its components have
earned by its end, less what they had earned by the end of the one before. So each component is worked out once for each
month but its last, by whose end it is earned in full; the sums are subtracted, not the rows. Components are read twice:
a step that both readings share would be kept whole in memory (10 million: 1.5 GB more, 2026-11).
-#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
{%- set key = 'account_id, currency, effective_month_number, is_known, is_over' -%}
{%- set spans -%}
    (select *, known_at <= {{ as_of }} as is_known, ends_at <= {{ as_of }} as is_over from {{ ref('int_revenue_spans') }}) as spans
{%- endset -%}
with

months as (
    select * from {{ ref('int_revenue_months') }}
),

unfinished as (
    select
        {{ key }}, policy, before_minor, after_minor, starts_unit, ends_unit, first_month_number, end_month_number, second_unit, last_unit,
        {{ each_of(numbers_between('takes_effect_month_number', 'last_recognized_month_number - 1')) }} as month_number
    from {{ spans }}
    where takes_effect_month_number < last_recognized_month_number
),

earned as (
    select
        {{ key }}, unfinished.month_number,
        sum(
            {{ earned_through('after_minor', 'unfinished', 'months.ends_unit', 'months.month_number + 1') }}
            - {{ earned_through('before_minor', 'unfinished', 'months.ends_unit', 'months.month_number + 1') }}
        ) as earned_minor
    from unfinished
    inner join months on unfinished.month_number = months.month_number
    group by {{ key }}, unfinished.month_number
),

changes as (
    select {{ key }}, last_recognized_month_number as month_number, sum(after_minor - before_minor) as recognized_minor
    from {{ spans }}
    group by {{ key }}, last_recognized_month_number
    union all
    select {{ key }}, month_number, earned_minor from earned
    union all
    select {{ key }}, month_number + 1, -earned_minor from earned
),

recognized as (
    select
        changes.account_id,
        changes.currency,
        changes.effective_month_number,
        changes.month_number,
        sum(changes.recognized_minor) as recognized_minor,
        sum(case when changes.is_known and (changes.is_over or months.last_at <= {{ as_of }}) then changes.recognized_minor else 0 end)
            as posted_minor
    from changes
    inner join months on changes.month_number = months.month_number
    group by changes.account_id, changes.currency, changes.effective_month_number, changes.month_number
)

select
    account_id,
    currency,
    {{ period_first_day('effective_month_number') }} as booked_month,
    {{ period_first_day('month_number') }} as recognized_month,
    cast(recognized_minor as bigint) as recognized_minor,
    cast(posted_minor as bigint) as posted_minor,
    cast(sum(recognized_minor) over (
        partition by account_id, currency, effective_month_number order by month_number desc
        rows between unbounded preceding and current row
    ) - recognized_minor as bigint) as remaining_minor
from recognized
