{#- What closed periods mean for the models; the closes themselves stand in `journal.closes`. -#}

{#- Whether some period is closed, in this run. -#}
{% macro has_closed_periods() -%}{{- return(run_value('first_open_day') != '') -}}{%- endmacro %}

{#- Whether the ledger keeps the frozen postings of closed periods; with `restate` it only tells what changed. -#}
{% macro keeps_frozen_postings() -%}
    {{- return(has_closed_periods() and run_value('late_policy') != 'restate') -}}
{%- endmacro %}

{#- The first day that is open; ask for it only when some period is closed. -#}
{% macro first_open_day() -%}{{ day_of_text("'" ~ run_value('first_open_day') ~ "'") }}{%- endmacro %}

{#- The columns of a posting, in the order of the ledger. -#}
{% macro posting_columns() -%}
    {{- return([
        'posting_id', 'entry_id', 'entry_kind', 'account_id', 'subledger', 'leg', 'ledger_account', 'clearing_id', 'currency',
        'debit_minor', 'credit_minor', 'effective_at', 'posting_date', 'period_id', 'service_month', 'recorded_at',
        'source_object_id', 'reverses_entry_id', 'counterparty_account_id', 'is_mirror',
    ]) -}}
{%- endmacro %}

{#- Before an increment posts corrections anew: those in open periods are worked out whole in every run. -#}
{% macro forget_corrections() -%}
    {%- if execute and is_incremental() and keeps_frozen_postings() -%}
    delete from {{ this }} where entry_kind = 'correction' and posting_date >= {{ first_open_day() }}
    {%- endif -%}
{%- endmacro %}
