{#- Before an increment appends: the entries of what changed are posted anew, or are gone; frozen ones stay. -#}
{% macro forget_changed_entries(open_periods_only=false) -%}
    {%- if execute and is_incremental() -%}
    {#- Billing and recognition are built anew: one late fact moves every month that follows it. -#}
    delete from {{ this }} where subledger in ('billing', 'recognition')
    {%- if open_periods_only and keeps_frozen_postings() %} and posting_date >= {{ first_open_day() }}{% endif %};
    delete from {{ this }} as postings using {{ ref('int_ledger__changed') }} as changed
    where postings.account_id = changed.account_id and postings.source_object_id = changed.source_id
    {%- if open_periods_only and keeps_frozen_postings() %} and postings.posting_date >= {{ first_open_day() }}{% endif %}
    {%- endif -%}
{%- endmacro %}
