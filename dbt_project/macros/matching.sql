{#- What payouts are called at the bank. -#}

{% macro processor_name() -%}'stripe'{%- endmacro %}

{#- What Stripe asks banks to print where the account sets nothing of its own. -#}
{% macro default_descriptor() -%}'STRIPE PAYOUT'{%- endmacro %}

{#- Who a bank line comes from: the processor under any of its names, else the name as the bank states it; null without. -#}
{% macro counterparty_entity(name) -%}
    case
        when {{ has_word(name, 'stripe') }} then {{ processor_name() }}
        when trim({{ name }}) <> '' then lower(trim({{ name }}))
    end
{%- endmacro %}
