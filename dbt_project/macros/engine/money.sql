{#- Money that arrives as text in major units; the loader has proven that it can be converted. -#}

{% macro minor_units(text, exponent) -%}{{ return(adapter.dispatch('minor_units')(text, exponent)) }}{%- endmacro %}

{#- Decimal text in major units as whole minor units, digit by digit; null where the exponent cannot hold it exactly. -#}
{% macro default__minor_units(text, exponent) -%}
    {%- set decimals = "rtrim(split_part(" ~ text ~ ", '.', 2), '0')" -%}
    (case when length({{ decimals }}) <= {{ exponent }}
        then cast(split_part({{ text }}, '.', 1) || rpad({{ decimals }}, {{ exponent }}, '0') as bigint) end)
{%- endmacro %}
