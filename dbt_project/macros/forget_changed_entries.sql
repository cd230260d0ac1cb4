{#- Before an increment appends: the entries of what changed are posted anew, or are gone; frozen ones stay. -#}
{% macro forget_changed_entries(open_periods_only=false) -%}
    {%- if execute and is_incremental() -%}
    {%- set only_open -%}
    {%- if open_periods_only and keeps_frozen_postings() %} and postings.posting_date >= {{ first_open_day() }}{% endif %}
    {%- endset %}
    delete from {{ this }} as postings where postings.subledger = 'billing'
    {%- if open_periods_only and posts_billing_by_changes() %} and postings.entry_id in (select entry_id from {{ ref('int_ledger__billing_changed') }}){% endif %}{{ only_open }};
    delete from {{ this }} as postings where postings.subledger = 'recognition'
    {%- if posts_recognition_by_changes() %} and {{ is_changed_source('postings') }}{% endif %}{{ only_open }};
    delete from {{ this }} as postings using {{ ref('int_ledger__changed') }} as changed
    where postings.account_id = changed.account_id and postings.source_object_id = changed.source_id
        and postings.subledger not in ('billing', 'recognition'){{ only_open }}
    {%- endif -%}
{%- endmacro %}

{#- What fell due since the last whole build is posted now; one that was killed may have posted some of it. -#}
{% macro forget_recognition_since() -%}
    {%- if execute and is_incremental() and posts_recognition_by_changes() -%}
    delete from {{ this }} where subledger = 'recognition' and effective_at > timestamptz '{{ run_value("previous_as_of") }}'
    {%- if keeps_frozen_postings() %} and posting_date >= {{ first_open_day() }}{% endif %}
    {%- endif -%}
{%- endmacro %}
