{#- What posting rules mean, in SQL. -#}

{#- The id that closes a clearing item; where the wanted one is unknown, the nearest that is known. -#}
{% macro clearing_id(key, relation) -%}
    case {{ key }}
        when 'transaction_id' then {{ relation }}.transaction_id
        when 'posting_date' then cast({{ relation }}.reporting_date as varchar)
        {%- for name in ['charge_id', 'refund_id', 'dispute_id', 'payout_id', 'source_object_id'] %}
        when '{{ name }}' then coalesce({{ relation }}.{{ name }}, {{ relation }}.source_object_id, {{ relation }}.transaction_id)
        {%- endfor %}
        {#- before Stripe has made the fee object, a charge and its refund still meet in the charge -#}
        {%- for name in ['transfer_id', 'application_fee_id'] %}
        when '{{ name }}' then coalesce({{ relation }}.{{ name }}, {{ relation }}.charge_id, {{ relation }}.source_object_id,
            {{ relation }}.transaction_id)
        {%- endfor %}
    end
{%- endmacro %}

{#- The category of the transaction that one of this category takes back. -#}
{% macro original_category(category) -%}
    case {{ category }} when 'payout_reversal' then 'payout' when 'refund_failure' then 'refund' when 'dispute_reversal' then 'dispute' end
{%- endmacro %}
