{#-
  Tables and views are made under their own name, in one transaction. dbt-duckdb builds them beside the old ones,
  renames twice and drops, because other engines need it; DuckDB rolls back whole transactions, and of a small
  build the renaming took a sixth of the time (2026-11). Indexes and grants are not made: no model here has any.

  The statement itself stands in the materialization: dbt runs a Python model from nowhere deeper.
-#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
  {%- set target = this.incorporate(type="table") -%}
  {%- do make_room() -%}
  {%- call statement("main", language=model["language"]) -%}
    {{- create_table_as(False, target, compiled_code, model["language"]) -}}
  {%- endcall -%}
  {{ return(made(target)) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
  {%- set target = this.incorporate(type="view") -%}
  {%- do make_room() -%}
  {%- call statement("main") -%}
    {{- get_create_view_as_sql(target, sql) -}}
  {%- endcall -%}
  {{ return(made(target)) }}
{% endmaterialization %}


{% macro make_room() %}
  {%- set existing = load_cached_relation(this) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks) }}
  {%- if existing is not none -%}
    {%- do drop_relation_for_rebuild(existing) -%}
    {%- if model["language"] == "python" -%}
      {%- do adapter.commit() -%}  {#- its result is written through another connection -#}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}


{% macro made(target) %}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({"relations": [target]}) }}
{% endmacro %}
