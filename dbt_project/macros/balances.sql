{#- Reading what a posting belongs to. -#}

{#-
The component of revenue behind a posting: entries of recognition are named by it and its period, legs of billing end in
it. Null for a leg that speaks of a whole bill, and for recognition of a closed period that is corrected.
-#}
{% macro posted_component(subledger, entry_kind, account_id, entry_id, leg) -%}
    case
        when {{ subledger }} = 'recognition' and {{ entry_kind }} = 'correction' then null
        when {{ subledger }} = 'recognition'
            then substr({{ entry_id }}, length({{ account_id }}) + 2, length({{ entry_id }}) - length({{ account_id }}) - {{ 10 if has_weeks() else 9 }})
        when position('.' in {{ leg }}) > 0 then substr({{ leg }}, position('.' in {{ leg }}) + 1)
    end
{%- endmacro %}
