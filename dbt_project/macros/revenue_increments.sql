{#- What of revenue an increment works out again; a build that starts anew asks none of this. -#}

{#- A table of the last build, or none. -#}
{% macro built_before(schema, name) -%}
    {{- return(adapter.get_relation(target.database, schema, name) if execute else none) -}}
{%- endmacro %}

{#- Before an increment looks for changes: those that a build which ended well has taken up everywhere are done with. -#}
{% macro forget_done_changes() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} where built_through < {{ run_value('built_through') }}
    {%- endif -%}
{%- endmacro %}

{#- Whether a row's component is one of the changed. -#}
{% macro is_changed_component(relation) -%}
    exists (
        select 1 from {{ ref('int_revenue_components__changed') }} as changed
        where changed.account_id = {{ relation }}.account_id and changed.component_id = {{ relation }}.component_id
    )
{%- endmacro %}

{#- Whether a row's source is that of a changed component, before or after the change. -#}
{% macro is_changed_source(relation) -%}
    exists (
        select 1 from {{ ref('int_revenue_components__changed') }} as changed
        where changed.account_id = {{ relation }}.account_id and changed.source_object_id = {{ relation }}.source_object_id
    )
{%- endmacro %}

{#- Before an increment appends: rows of changed components are made anew, or are gone. -#}
{% macro forget_changed_components() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} as rows_before where {{ is_changed_component('rows_before') }}
    {%- endif -%}
{%- endmacro %}

{#- Before an increment appends: what the plan held, and `as_of` has passed since, is posted. -#}
{% macro post_what_is_due() -%}
    {%- if execute and is_incremental() -%}
    update {{ this }} set is_posted = true where not is_posted and recognized_at <= timestamptz '{{ run_value("as_of") }}'
    {%- endif -%}
{%- endmacro %}

{#- Whether this build posts only those months of recognition that changed or fell due since the last one. -#}
{% macro posts_recognition_by_changes() -%}{{- return(run_value('built_through') != '0') -}}{%- endmacro %}

{#-
Whether this build posts only those entries of billing that changed. With closed periods all are worked out and compared with
what was frozen; only the open ones are written.
-#}
{% macro posts_billing_by_changes() -%}{{- return(run_value('built_through') != '0' and not has_closed_periods()) -}}{%- endmacro %}
