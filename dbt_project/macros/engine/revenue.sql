{#- Whole-number arithmetic and months, which engines spell differently. -#}

{% macro whole_share(amount, part, whole) -%}{{ return(adapter.dispatch('whole_share')(amount, part, whole)) }}{%- endmacro %}

{#- amount * part / whole, half away from zero; in 128 bits, because a product of money and seconds has no room in 64. -#}
{% macro default__whole_share(amount, part, whole) -%}
    cast(
        sign({{ '(' ~ amount ~ ')' }}) * sign({{ part }}) * sign({{ whole }})
        * ((abs(cast(({{ amount }}) as hugeint) * ({{ part }})) * 2 + abs({{ whole }})) // nullif(abs(cast({{ whole }} as hugeint)) * 2, 0))
    as bigint)
{%- endmacro %}

{% macro whole_part(amount, part, whole) -%}{{ return(adapter.dispatch('whole_part')(amount, part, whole)) }}{%- endmacro %}

{#- amount / whole, cut toward zero, times part; all of it when part = whole. -#}
{% macro default__whole_part(amount, part, whole) -%}
    case when ({{ part }}) >= ({{ whole }}) then {{ amount }} else (({{ amount }}) // ({{ whole }})) * ({{ part }}) end
{%- endmacro %}

{% macro seconds_of(at) -%}{{ return(adapter.dispatch('seconds_of')(at)) }}{%- endmacro %}

{#- An instant as whole seconds; Stripe states no finer ones. -#}
{% macro default__seconds_of(at) -%}(epoch_us({{ at }}) // 1000000){%- endmacro %}

{% macro month_number(day) -%}{{ return(adapter.dispatch('month_number')(day)) }}{%- endmacro %}

{#- A day's month as a number without gaps. -#}
{% macro default__month_number(day) -%}(cast(year({{ day }}) * 12 + month({{ day }}) - 1 as bigint)){%- endmacro %}

{% macro month_of_number(number) -%}{{ return(adapter.dispatch('month_of_number')(number)) }}{%- endmacro %}

{#- The first day of a month given as such a number. -#}
{% macro default__month_of_number(number) -%}make_date(cast(({{ number }}) // 12 as integer), cast(({{ number }}) % 12 + 1 as integer), 1){%- endmacro %}

{% macro numbers_between(first, last) -%}{{ return(adapter.dispatch('numbers_between')(first, last)) }}{%- endmacro %}

{#- The whole numbers from the first to the last, both included, as a list. -#}
{% macro default__numbers_between(first, last) -%}range({{ first }}, ({{ last }}) + 1){%- endmacro %}

{% macro months_later(at, months) -%}{{ return(adapter.dispatch('months_later')(at, months)) }}{%- endmacro %}

{#- The instant so many months later, in UTC. -#}
{% macro default__months_later(at, months) -%}
    (({{ at }} at time zone 'UTC' + to_months({{ months }})) at time zone 'UTC')
{%- endmacro %}

{% macro scaled_rate(rate, exponent) -%}{{ return(adapter.dispatch('scaled_rate')(rate, exponent)) }}{%- endmacro %}

{#- A rate per major unit as a whole number per minor unit, nine decimals kept; two of them make an exact fraction. -#}
{% macro default__scaled_rate(rate, exponent) -%}
    cast(cast({{ rate }} as decimal(28, 9)) * 1000000000 as bigint) * cast(pow(10, {{ exponent }}) as bigint)
{%- endmacro %}

{% macro list_of(value) -%}{{ return(adapter.dispatch('list_of')(value)) }}{%- endmacro %}

{#- A list with one element. -#}
{% macro default__list_of(value) -%}[{{ value }}]{%- endmacro %}

{% macro list_and(list, value) -%}{{ return(adapter.dispatch('list_and')(list, value)) }}{%- endmacro %}

{#- A list with one element more. -#}
{% macro default__list_and(list, value) -%}list_append({{ list }}, {{ value }}){%- endmacro %}

{% macro list_item(list, place) -%}{{ return(adapter.dispatch('list_item')(list, place)) }}{%- endmacro %}

{#- The element at a place, counted from 1. -#}
{% macro default__list_item(list, place) -%}{{ list }}[{{ place }}]{%- endmacro %}

{% macro money_of(quantity, unit) -%}{{ return(adapter.dispatch('money_of')(quantity, unit)) }}{%- endmacro %}

{#- A quantity at a price with decimals, rounded half away from zero; exact decimals, never floats. -#}
{% macro default__money_of(quantity, unit) -%}
    cast(round(cast({{ quantity }} as decimal(18, 0)) * cast({{ unit }} as decimal(20, 12))) as bigint)
{%- endmacro %}
