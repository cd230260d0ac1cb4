{#- Functions that engines spell differently. -#}

{% macro text_hash(text) -%}{{ return(adapter.dispatch('text_hash')(text)) }}{%- endmacro %}

{#- Short, stable hash of a text: 32 hexadecimal characters. -#}
{% macro default__text_hash(text) -%}md5({{ text }}){%- endmacro %}

{% macro days_between(earlier, later) -%}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{%- endmacro %}

{#- Whole days of 24 hours between two instants. -#}
{% macro default__days_between(earlier, later) -%}date_sub('day', {{ earlier }}, {{ later }}){%- endmacro %}
