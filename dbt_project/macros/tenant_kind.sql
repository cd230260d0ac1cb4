{#- Which side of Connect a tenant is on: the platform, or one of its connected accounts. -#}
{% macro tenant_kind(account_id) -%}case when {{ account_id }} = 'platform' then 'platform' else 'connected' end{%- endmacro %}
