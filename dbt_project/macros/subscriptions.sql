{#- What the models of recurring revenue share. -#}

{#- Slice -> its value in a row with price_id, product_id, billing_interval and country. -#}
{% macro mrr_slices() -%}
    {{- return({
        'all': "'all'",
        'price': 'price_id',
        'product': "coalesce(product_id, 'unknown')",
        'interval': 'billing_interval',
        'country': "coalesce(nullif(upper(country), ''), 'unknown')",
    }) -}}
{%- endmacro %}

{#- How a billing interval is called: `month`, `year`, `3 months`. -#}
{% macro interval_name(unit, count) -%}
    case when {{ count }} = 1 then {{ unit }} else concat(cast({{ count }} as varchar), ' ', {{ unit }}, 's') end
{%- endmacro %}

{#- The columns by which monthly figures are told apart. -#}
{% macro mrr_key(relation=none) -%}
    {%- set dot = relation ~ '.' if relation else '' -%}
    {{ dot }}account_id, {{ dot }}currency, {{ dot }}slice_kind, {{ dot }}slice_value
{%- endmacro %}
