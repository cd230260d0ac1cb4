{#- Whole-number arithmetic and months, which engines spell differently. -#}

{% macro whole_share(amount, part, whole) -%}{{ return(adapter.dispatch('whole_share')(amount, part, whole)) }}{%- endmacro %}

{#-
amount * part / whole, half away from zero; null of a whole that is zero or null. A product of money and seconds may have no room in 64 bits;
128 bits cost five times as much (2026-11-21), so they are used where they are needed only.
-#}
{% macro default__whole_share(amount, part, whole) -%}
    (case when abs({{ amount }}) < 100000000000 and abs({{ whole }}) < 40000000 and abs({{ part }}) < 40000000
        then {{ rounded_share('cast(' ~ amount ~ ' as bigint)', 'cast(' ~ part ~ ' as bigint)', 'cast(' ~ whole ~ ' as bigint)') }}
        else cast({{ rounded_share('cast(' ~ amount ~ ' as hugeint)', 'cast(' ~ part ~ ' as hugeint)', 'cast(' ~ whole ~ ' as hugeint)') }} as bigint)
    end)
{%- endmacro %}

{% macro rounded_share(amount, part, whole) -%}
    sign({{ amount }}) * sign({{ part }}) * sign({{ whole }}) * ((abs({{ amount }} * {{ part }}) * 2 + abs({{ whole }})) // nullif(abs({{ whole }}) * 2, 0))
{%- endmacro %}

{% macro whole_part(amount, part, whole) -%}{{ return(adapter.dispatch('whole_part')(amount, part, whole)) }}{%- endmacro %}

{#- amount / whole, cut toward zero, times part; all of it when part = whole. -#}
{% macro default__whole_part(amount, part, whole) -%}
    case when ({{ part }}) >= ({{ whole }}) then {{ amount }} else (({{ amount }}) // ({{ whole }})) * ({{ part }}) end
{%- endmacro %}

{% macro whole_times(number, part) -%}{{ return(adapter.dispatch('whole_times')(number, part)) }}{%- endmacro %}

{#- How often a whole number goes into another that is not negative. -#}
{% macro default__whole_times(number, part) -%}(({{ number }}) // ({{ part }})){%- endmacro %}

{% macro whole_and_rest(amount, part, whole) -%}{{ return(adapter.dispatch('whole_and_rest')(amount, part, whole)) }}{%- endmacro %}

{#- amount * part / whole of none that is negative: what is whole, and what is left over (of `whole`); a pair of columns. -#}
{% macro default__whole_and_rest(amount, part, whole) -%}
    cast((cast({{ amount }} as hugeint) * {{ part }}) // {{ whole }} as bigint) as whole_minor,
    cast((cast({{ amount }} as hugeint) * {{ part }}) % {{ whole }} as hugeint) as left_over
{%- endmacro %}

{% macro seconds_of(at) -%}{{ return(adapter.dispatch('seconds_of')(at)) }}{%- endmacro %}

{#- An instant as whole seconds; Stripe states no finer ones. -#}
{% macro default__seconds_of(at) -%}(epoch_us({{ at }}) // 1000000){%- endmacro %}

{% macro instant_of_seconds(seconds) -%}{{ return(adapter.dispatch('instant_of_seconds')(seconds)) }}{%- endmacro %}

{#- The instant so many whole seconds after 1970 began in UTC. -#}
{% macro default__instant_of_seconds(seconds) -%}make_timestamptz(({{ seconds }}) * 1000000){%- endmacro %}

{% macro one_second_before(at) -%}{{ return(adapter.dispatch('one_second_before')(at)) }}{%- endmacro %}

{#- An instant less one second, without the zone that interval arithmetic would ask for. -#}
{% macro default__one_second_before(at) -%}make_timestamptz(epoch_us({{ at }}) - 1000000){%- endmacro %}

{% macro share_of_span(amount, elapsed, span) -%}{{ return(adapter.dispatch('share_of_span')(amount, elapsed, span)) }}{%- endmacro %}

{#- amount * elapsed / span for 0 <= elapsed <= span, span > 0; half away from zero, in 64 bits wherever they suffice. -#}
{% macro default__share_of_span(amount, elapsed, span) -%}
    (case when abs({{ amount }}) < 100000000000 and ({{ span }}) < 40000000
        then sign({{ amount }}) * ((abs({{ amount }}) * 2 * ({{ elapsed }}) + ({{ span }})) // (2 * ({{ span }})))
        else cast(sign({{ amount }})
            * ((abs(cast({{ amount }} as hugeint)) * 2 * ({{ elapsed }}) + ({{ span }})) // (2 * cast(({{ span }}) as hugeint))) as bigint)
    end)
{%- endmacro %}

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
