{#- From local days to instants; the way back is `local_date` in types.sql. -#}

{% macro local_midnight(day) -%}{{ return(adapter.dispatch('local_midnight')(day)) }}{%- endmacro %}

{#- The first instant of a day in `reporting_timezone`. Where the clock jumps over midnight the engine answers the instant
    of the jump; where midnight comes twice (the clock goes back from 01:00) it answers the second, so one hour earlier
    is looked at too. -#}
{% macro default__local_midnight(day) -%}
    {%- set midnight -%}
    (cast({{ day }} as timestamp) at time zone '{{ run_value('reporting_timezone') }}')
    {%- endset -%}
    (case when {{ local_date('(' ~ midnight ~ " - interval '1 hour')") }} = ({{ day }})
        then {{ midnight }} - interval '1 hour' else {{ midnight }} end)
{%- endmacro %}

{% macro utc_date(at) -%}{{ return(adapter.dispatch('utc_date')(at)) }}{%- endmacro %}

{#- The UTC day of an instant: for days that Stripe states as midnight UTC, never for instants. -#}
{% macro default__utc_date(at) -%}cast(({{ at }} at time zone 'UTC') as date){%- endmacro %}

{% macro days_from(first, last) -%}{{ return(adapter.dispatch('days_from')(first, last)) }}{%- endmacro %}

{#- The days from the first to the last, both included, as a list. -#}
{% macro default__days_from(first, last) -%}
    cast(range(cast({{ first }} as timestamp), cast({{ last }} as timestamp) + interval '1 day', interval '1 day') as date[])
{%- endmacro %}

{% macro month_text(day) -%}{{ return(adapter.dispatch('month_text')(day)) }}{%- endmacro %}

{#- The calendar month of a day, such as 2026-03. -#}
{% macro default__month_text(day) -%}strftime({{ day }}, '%Y-%m'){%- endmacro %}

{% macro month_start(day) -%}{{ return(adapter.dispatch('month_start')(day)) }}{%- endmacro %}

{#- The first day of the calendar month of a day. -#}
{% macro default__month_start(day) -%}cast(date_trunc('month', {{ day }}) as date){%- endmacro %}

{% macro next_month_start(day) -%}{{ return(adapter.dispatch('next_month_start')(day)) }}{%- endmacro %}

{#- The first day of the calendar month after that of a day. -#}
{% macro default__next_month_start(day) -%}cast(date_trunc('month', {{ day }}) + interval '1 month' as date){%- endmacro %}

{% macro days_after(day, days) -%}{{ return(adapter.dispatch('days_after')(day, days)) }}{%- endmacro %}

{#- The day so many days after another; null when either is. -#}
{% macro default__days_after(day, days) -%}({{ day }} + cast({{ days }} as integer)){%- endmacro %}

{% macro no_day() -%}{{ return(adapter.dispatch('no_day')()) }}{%- endmacro %}

{#- A null of the type of days. -#}
{% macro default__no_day() -%}cast(null as date){%- endmacro %}

{% macro is_weekday(day) -%}{{ return(adapter.dispatch('is_weekday')(day)) }}{%- endmacro %}

{#- Monday to Friday. -#}
{% macro default__is_weekday(day) -%}(isodow({{ day }}) <= 5){%- endmacro %}

{% macro day_of_text(text) -%}{{ return(adapter.dispatch('day_of_text')(text)) }}{%- endmacro %}

{#- A day that is written YYYY-MM-DD; the raw gates have proven that it can be read. -#}
{% macro default__day_of_text(text) -%}cast({{ text }} as date){%- endmacro %}

{% macro weekday_number(day) -%}{{ return(adapter.dispatch('weekday_number')(day)) }}{%- endmacro %}

{#- 1 for Monday to 7 for Sunday. -#}
{% macro default__weekday_number(day) -%}isodow({{ day }}){%- endmacro %}

{% macro year_of(day) -%}{{ return(adapter.dispatch('year_of')(day)) }}{%- endmacro %}

{#- The calendar year of a day. -#}
{% macro default__year_of(day) -%}year({{ day }}){%- endmacro %}

{% macro days_apart(first, last) -%}{{ return(adapter.dispatch('days_apart')(first, last)) }}{%- endmacro %}

{#- How many days the last one comes after the first. -#}
{% macro default__days_apart(first, last) -%}(({{ last }}) - ({{ first }})){%- endmacro %}

{% macro two_digits(number) -%}{{ return(adapter.dispatch('two_digits')(number)) }}{%- endmacro %}

{#- A number below 100 with a zero before it. -#}
{% macro default__two_digits(number) -%}lpad(cast({{ number }} as varchar), 2, '0'){%- endmacro %}
