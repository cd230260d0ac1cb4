{#-
  Tables and views are made under their own name, in one transaction. dbt-duckdb builds them beside the old ones,
  renames twice and drops, because other engines need it; DuckDB rolls back whole transactions, and of a small
  build the renaming took a sixth of the time (2026-11). Indexes and grants are not made: no model here has any.
-#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
  {{ return(build_in_place("table")) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
  {{ return(build_in_place("view")) }}
{% endmaterialization %}


{% macro build_in_place(kind) %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type=kind) -%}
  {%- set language = model["language"] -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks) }}
  {%- if existing is not none -%}
    {%- do drop_relation_for_rebuild(existing) -%}
    {%- if language == "python" -%}
      {%- do adapter.commit() -%}  {#- its result is written through another connection -#}
    {%- endif -%}
  {%- endif -%}
  {%- call statement("main", language=language) -%}
    {%- if kind == "view" -%}
      {{- get_create_view_as_sql(target, sql) -}}
    {%- else -%}
      {{- create_table_as(False, target, compiled_code, language) -}}
    {%- endif -%}
  {%- endcall -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({"relations": [target]}) }}
{% endmacro %}
