{#- The arithmetic of comparing rates: whole numbers of tiny shares, so that parts add up to the whole. -#}

{% macro share_in(part, whole, digits) -%}{{ return(adapter.dispatch('share_in')(part, whole, digits)) }}{%- endmacro %}

{#- Part of whole in units of 10^-digits, rounded half up; null of nothing. -#}
{% macro default__share_in(part, whole, digits) -%}
    ((cast({{ part }} as hugeint) * {{ '2' ~ '0' * digits }} + {{ whole }}) // nullif(2 * cast({{ whole }} as hugeint), 0))
{%- endmacro %}

{#- The same of the rows up to this one, less that of the rows before: `sum_<part>` runs over them. -#}
{% macro share_difference(part, whole, digits) -%}
    ({{ share_in('sum_' ~ part, whole, digits) }} - {{ share_in('(sum_' ~ part ~ ' - ' ~ part ~ ')', whole, digits) }})
{%- endmacro %}

{% macro halved_product(one, other) -%}{{ return(adapter.dispatch('halved_product')(one, other)) }}{%- endmacro %}

{#- Half the product of two numbers of 10^-15, in units of 10^-12, half away from zero. -#}
{% macro default__halved_product(one, other) -%}
    {%- set product = '(cast(' ~ one ~ ' as hugeint) * (' ~ other ~ '))' -%}
    (sign({{ product }}) * ((abs({{ product }}) + 1000000000000000000) // 2000000000000000000))
{%- endmacro %}

{% macro trillionths(units) -%}{{ return(adapter.dispatch('trillionths')(units)) }}{%- endmacro %}

{#- Units of 10^-12 as a number with twelve decimals. -#}
{% macro default__trillionths(units) -%}
    cast(cast({{ units }} as decimal(18, 0)) * cast(0.000000000001 as decimal(13, 12)) as decimal(18, 12))
{%- endmacro %}

{% macro wilson_bound(part, whole, side) -%}{{ return(adapter.dispatch('wilson_bound')(part, whole, side)) }}{%- endmacro %}

{#- The lower (`-`) or upper (`+`) end of Wilson's 95 % interval of a share, six decimals; null of nothing. A measure, never money. -#}
{% macro default__wilson_bound(part, whole, side) -%}
    {%- set z = '1.959963984540054' -%}
    {%- set n = 'cast(' ~ whole ~ ' as double)' -%}
    {%- set p = '(cast(' ~ part ~ ' as double) / ' ~ n ~ ')' -%}
    case when {{ whole }} > 0 then cast(round(greatest(0e0, least(1e0,
        ({{ p }} + {{ z }} * {{ z }} / (2 * {{ n }})
            {{ side }} {{ z }} * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})))
        / (1 + {{ z }} * {{ z }} / {{ n }})
    )), 6) as decimal(18, 6)) end
{%- endmacro %}

{% macro ten_thousandths(amount, exponent) -%}{{ return(adapter.dispatch('ten_thousandths')(amount, exponent)) }}{%- endmacro %}

{#- Major units with four decimals as whole ten-thousandths of minor units. -#}
{% macro default__ten_thousandths(amount, exponent) -%}
    (cast({{ amount }} * 10000 as hugeint) * cast(pow(10, {{ exponent }}) as hugeint))
{%- endmacro %}
