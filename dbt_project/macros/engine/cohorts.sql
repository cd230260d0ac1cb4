{#- The arithmetic of ages in billing cycles, and of survival. -#}

{% macro whole_cycles(start, at, unit, count) -%}{{ return(adapter.dispatch('whole_cycles')(start, at, unit, count)) }}{%- endmacro %}

{#-
Whole billing cycles from an instant to a later one. Months keep the day of the start, or the last one of a shorter month, in UTC,
as Stripe's own anchors do; weeks and days are exact.
-#}
{% macro default__whole_cycles(start, at, unit, count) -%}
    {%- set months = "(" ~ month_number(utc_date(at)) ~ " - " ~ month_number(utc_date(start)) ~ ")" -%}
    (case when {{ unit }} in ('month', 'year')
        then ({{ months }} - case when {{ months_later(start, 'cast(' ~ months ~ ' as integer)') }} > {{ at }} then 1 else 0 end)
            // ({{ count }} * case {{ unit }} when 'year' then 12 else 1 end)
        else (epoch_us({{ at }}) - epoch_us({{ start }})) // (86400000000 * {{ count }} * case {{ unit }} when 'week' then 7 else 1 end)
    end)
{%- endmacro %}

{% macro cycle_of(start, at, unit, count) -%}
    {#- The cycle, counted from 1, in which something happens after the start; what happens as a cycle ends belongs to it. -#}
    ({{ whole_cycles(start, one_second_before(at), unit, count) }} + 1)
{%- endmacro %}

{% macro survived_share(survived, lost, at_risk) -%}{{ return(adapter.dispatch('survived_share')(survived, lost, at_risk)) }}{%- endmacro %}

{#- A share in units of 10^-18 after losing some of those at risk, rounded half up; whole numbers, so the same on every machine. -#}
{% macro default__survived_share(survived, lost, at_risk) -%}
    (({{ survived }} * (({{ at_risk }}) - ({{ lost }})) * 2 + ({{ at_risk }})) // (2 * ({{ at_risk }})))
{%- endmacro %}

{% macro share_units() -%}{{ return(adapter.dispatch('share_units')()) }}{%- endmacro %}

{#- A whole share in units of 10^-18. -#}
{% macro default__share_units() -%}cast(1000000000000000000 as hugeint){%- endmacro %}

{% macro share_of_units(units) -%}{{ return(adapter.dispatch('share_of_units')(units)) }}{%- endmacro %}

{#- Units of 10^-18 as a fraction with twelve decimals, rounded half up. -#}
{% macro default__share_of_units(units) -%}
    cast(cast(({{ units }} + 500000) // 1000000 as decimal(18, 0)) * cast(0.000000000001 as decimal(13, 12)) as decimal(18, 12))
{%- endmacro %}
