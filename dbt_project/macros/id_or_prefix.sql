{#- The id that the object behind states, else the source id where Stripe's own prefix says what it is. -#}
{% macro id_or_prefix(id, prefixes) -%}
    coalesce({{ id }}, case when {% for prefix in prefixes %}{{ text_starts_with('transactions.source_object_id', prefix) }}{{ ' or ' if not loop.last }}{% endfor %} then transactions.source_object_id end)
{%- endmacro %}
