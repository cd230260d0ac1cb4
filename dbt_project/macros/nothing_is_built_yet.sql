{#- Whether a model has no table yet: the first build takes everything, so nobody needs to know what changed. -#}
{% macro nothing_is_built_yet(schema, name) -%}
    {{- return(execute and adapter.get_relation(target.database, schema, name) is none) -}}
{%- endmacro %}
