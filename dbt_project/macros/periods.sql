{#-
Accounting periods in `reporting_timezone`: calendar months, or (4-4-5, 4-5-4, 5-4-4) whole weeks of a fiscal year that ends
on a weekday, the last of a month or the one nearest to its end. A 53rd week belongs to the last period. Whatever they are,
there are twelve to a year, so that a period is a number without gaps as a month is. `domain/fiscal_calendar.py` says the same.
-#}

{%- macro has_weeks() -%}{{- return(run_value('fiscal_calendar') != 'calendar') -}}{%- endmacro -%}

{#- Weeks of the first two periods of a quarter; the third has the rest. -#}
{%- macro period_weeks() -%}
    {%- set weeks = run_value('fiscal_calendar').split('-') if has_weeks() else ['4', '4', '5'] -%}
    {{- return([weeks[0] | int, weeks[1] | int]) -}}
{%- endmacro -%}

{#- Last day of a fiscal year of weeks, which is numbered by the calendar year of the month that it ends with. -#}
{% macro fiscal_year_end(year) -%}
    {%- set weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] -%}
    {%- set weekday = weekdays.index(run_value('fiscal_year_end_weekday')) + 1 -%}
    {%- set month_end = days_after(month_of_number('(' ~ year ~ ') * 12 + ' ~ run_value('fiscal_year_end_month')), -1) -%}
    {%- set back -%}((({{ weekday_number('month_end') }} - {{ weekday }}) + 7) % 7){%- endset -%}
    {%- if run_value('fiscal_year_end_rule') == 'nearest' -%}
    {%- set year_end = days_after('month_end', 'case when days_back >= 4 then 7 else 0 end - days_back') -%}
    {%- else -%}
    {%- set year_end = days_after('month_end', '-days_back') -%}
    {%- endif -%}
    {{ let('month_end', month_end, let('days_back', back, year_end)) }}
{%- endmacro %}

{#- The fiscal year of weeks that a day lies in. -#}
{% macro fiscal_year_of(day) -%}
    {%- set year -%}
    (year_number + case when day_of_year <= {{ fiscal_year_end('year_number - 1') }} then -1
        when day_of_year <= {{ fiscal_year_end('year_number') }} then 0 else 1 end)
    {%- endset -%}
    {{ let('day_of_year', day, let('year_number', year_of('day_of_year'), year)) }}
{%- endmacro %}

{#- A day's period as a number without gaps, twelve to a year. -#}
{% macro period_number(day) -%}
    {%- if has_weeks() -%}
    {%- set weeks = period_weeks() -%}
    {%- set week = whole_times(days_apart(fiscal_year_end('fiscal_year - 1'), 'period_day') ~ ' - 1', 7) -%}
    {%- set quarter -%}least({{ whole_times('fiscal_week', 13) }}, 3){%- endset -%}
    {%- set number -%}
    (fiscal_year * 12 + quarter_number * 3 + case when fiscal_week - quarter_number * 13 < {{ weeks[0] }} then 0
        when fiscal_week - quarter_number * 13 < {{ weeks[0] + weeks[1] }} then 1 else 2 end)
    {%- endset -%}
    cast({{ let('period_day', day, let('fiscal_year', fiscal_year_of('period_day'), let('fiscal_week', week,
        let('quarter_number', quarter, number)))) }} as bigint)
    {%- else -%}
    {{ month_number(day) }}
    {%- endif -%}
{%- endmacro %}

{#- The first day of a period given as such a number. -#}
{% macro period_first_day(number) -%}
    {%- if has_weeks() -%}
    {%- set weeks = period_weeks() -%}
    {%- set days = '1 + 7 * (' ~ whole_times('period_place % 12', 3) ~ ' * 13 + case period_place % 3 when 0 then 0 when 1 then '
        ~ weeks[0] ~ ' else ' ~ (weeks[0] + weeks[1]) ~ ' end)' -%}
    {{ let('period_place', number, days_after(fiscal_year_end(whole_times('period_place', 12) ~ ' - 1'), days)) }}
    {%- else -%}
    {{ month_of_number(number) }}
    {%- endif -%}
{%- endmacro %}

{#- The first day of the period of a day. -#}
{% macro period_start(day) -%}
    {{ period_first_day(period_number(day)) if has_weeks() else month_start(day) }}
{%- endmacro %}

{#- The fiscal year of a period, by the name that the company gives it. -#}
{% macro fiscal_year_name(number) -%}
    {%- set month = run_value('fiscal_year_end_month') | int -%}
    {%- set by_start = 1 if run_value('fiscal_year_named_by') == 'start' and month < 12 else 0 -%}
    cast({{ whole_times('(' ~ number ~ ') + ' ~ (0 if has_weeks() else 12 - month), 12) }} - {{ by_start }} as integer)
{%- endmacro %}

{#- The place of a period in its fiscal year, 1 to 12. -#}
{% macro fiscal_period(number) -%}
    cast((({{ number }}) + {{ 0 if has_weeks() else 12 - (run_value('fiscal_year_end_month') | int) }}) % 12 + 1 as integer)
{%- endmacro %}

{#- The quarter of a period in its fiscal year. -#}
{% macro fiscal_quarter(number) -%}cast({{ whole_times(fiscal_period(number) ~ ' + 2', 3) }} as integer){%- endmacro %}

{#- The name of the period of a day: 2026-03, or 2026-P03 where periods are weeks of a fiscal year. -#}
{% macro period_text(day) -%}
    {%- if has_weeks() -%}
    {%- set text -%}
    concat(cast({{ fiscal_year_name('named_period') }} as varchar), '-P', {{ two_digits(fiscal_period('named_period')) }})
    {%- endset -%}
    {{ let('named_period', period_number(day), text) }}
    {%- else -%}
    {{ month_text(day) }}
    {%- endif -%}
{%- endmacro %}
