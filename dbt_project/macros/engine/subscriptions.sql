{#- The arithmetic of recurring revenue: whole minor units in, exact decimals in major units out. -#}

{% macro monthly_amount(amount, unit, count, exponent) -%}{{ return(adapter.dispatch('monthly_amount')(amount, unit, count, exponent)) }}{%- endmacro %}

{#-
Minor units per billing interval as major units per month, four decimals, half away from zero: years / 12, weeks x 365.25 / 84,
days x 365.25 / 12. Null for an interval that is not known.
-#}
{% macro default__monthly_amount(amount, unit, count, exponent) -%}
    cast(cast({{ whole_share(
        amount,
        "(case " ~ unit ~ " when 'week' then 365250000 when 'day' then 365250000 else 10000 end)",
        "(case " ~ unit ~ " when 'month' then 1 when 'year' then 12 when 'week' then 8400 when 'day' then 1200 end * "
            ~ count ~ " * cast(pow(10, " ~ exponent ~ ") as bigint))") }} as decimal(18, 0)) * 0.0001 as decimal(18, 4))
{%- endmacro %}

{% macro less_percents(amount, percents) -%}{{ return(adapter.dispatch('less_percents')(amount, percents)) }}{%- endmacro %}

{#- Minor units after percentages off, one after the other; a list of percentages or null. -#}
{% macro default__less_percents(amount, percents) -%}
    case when {{ percents }} is null then {{ amount }} else
        list_reduce(
            list_prepend(
                cast({{ amount }} as bigint),
                list_transform({{ percents }}, lambda percent : cast(round(percent * 1000000) as bigint))
            ),
            lambda amount, part : amount - cast({{ rounded_share('cast(amount as hugeint)', 'cast(part as hugeint)', '100000000') }} as bigint)
        )
    end
{%- endmacro %}

{% macro values_by(value, order) -%}{{ return(adapter.dispatch('values_by')(value, order)) }}{%- endmacro %}

{#- The values of a group that are not null as a list, in the order of another column; null without any. -#}
{% macro default__values_by(value, order) -%}list({{ value }} order by {{ order }}) filter ({{ value }} is not null){%- endmacro %}

{% macro seconds_later(at, seconds) -%}{{ return(adapter.dispatch('seconds_later')(at, seconds)) }}{%- endmacro %}

{#- An instant so many seconds later, without the zone that interval arithmetic would ask for. -#}
{% macro default__seconds_later(at, seconds) -%}make_timestamptz(epoch_us({{ at }}) + 1000000 * cast({{ seconds }} as bigint)){%- endmacro %}

{% macro whole_number(text) -%}{{ return(adapter.dispatch('whole_number')(text)) }}{%- endmacro %}

{#- A text as a whole number; null where it is none. -#}
{% macro default__whole_number(text) -%}try_cast({{ text }} as bigint){%- endmacro %}

{% macro at_rates(amount, own_units, own_exponent, other_units, other_exponent) -%}
    {{ return(adapter.dispatch('at_rates')(amount, own_units, own_exponent, other_units, other_exponent)) }}
{%- endmacro %}

{#- Major units with four decimals of one currency in another, both given as minor units per US dollar; half away from zero. -#}
{% macro default__at_rates(amount, own_units, own_exponent, other_units, other_exponent) -%}
    cast(cast({{ whole_share(
        "cast(" ~ amount ~ " * 10000 as hugeint)",
        "(" ~ other_units ~ " * cast(pow(10, " ~ own_exponent ~ ") as hugeint))",
        "(" ~ own_units ~ " * cast(pow(10, " ~ other_exponent ~ ") as hugeint))") }} as decimal(18, 0)) * 0.0001 as decimal(18, 4))
{%- endmacro %}

{% macro fraction(part, whole) -%}{{ return(adapter.dispatch('fraction')(part, whole)) }}{%- endmacro %}

{#- Part of whole with six decimals, half away from zero; null of nothing. Both have at most four decimals. -#}
{% macro default__fraction(part, whole) -%}
    case when {{ whole }} <> 0 then
        cast(cast({{ rounded_share('cast(1000000 as hugeint)', "cast((" ~ part ~ ") * 10000 as hugeint)", "cast((" ~ whole ~ ") * 10000 as hugeint)") }}
            as decimal(18, 0)) * 0.000001 as decimal(18, 6))
    end
{%- endmacro %}

{% macro holds_word(text, word) -%}{{ return(adapter.dispatch('holds_word')(text, word)) }}{%- endmacro %}

{#- Whether an id is among those of a list that is written as text, as JSON or with commas. -#}
{% macro default__holds_word(text, word) -%}
    list_contains(string_split_regex({{ text }}, '[^A-Za-z0-9_-]+'), {{ word }})
{%- endmacro %}
