{#- What shops write beside their orders. -#}

{#- States of an order in which nobody has paid for it, and nobody need have. -#}
{% macro unpaid_order_statuses() -%}
    'canceled', 'cancelled', 'draft', 'expired', 'failed', 'open', 'pending', 'unpaid', 'void', 'voided'
{%- endmacro %}

{#- Metadata keys under which shops name the order that a payment is for, in lower case. -#}
{% macro order_metadata_keys() -%}
    'order', 'order_id', 'order_no', 'order_number', 'order_reference', 'orderid', 'ordernumber'
{%- endmacro %}
