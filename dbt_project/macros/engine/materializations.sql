{#-
  Tables and views are made under their own name, in one transaction. dbt-duckdb builds them beside the old ones,
  renames twice and drops, because other engines need it; DuckDB rolls back whole transactions, and of a small
  build the renaming took a sixth of the time (2026-11).
-#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type="table") -%}
  {{ run_hooks(pre_hooks) }}
  {%- if existing is not none -%}
    {%- do drop_relation_for_rebuild(existing) -%}
    {%- if model["language"] == "python" -%}
      {%- do adapter.commit() -%}  {#- its result is written through another connection -#}
    {%- endif -%}
  {%- endif -%}
  {%- call statement("main", language=model["language"]) -%}
    {{- create_table_as(False, target, compiled_code, model["language"]) -}}
  {%- endcall -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ return({"relations": [target]}) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type="view") -%}
  {{ run_hooks(pre_hooks) }}
  {%- if existing is not none -%}
    {%- do drop_relation_for_rebuild(existing) -%}
  {%- endif -%}
  {%- call statement("main") -%}
    {{- get_create_view_as_sql(target, sql) -}}
  {%- endcall -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ return({"relations": [target]}) }}
{% endmaterialization %}
