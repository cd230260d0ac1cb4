{#- JSON access. A field that is absent reads as null, one that is present and null as the JSON text `null`. -#}

{% macro json_fields(payload, paths) -%}{{ return(adapter.dispatch('json_fields')(payload, paths)) }}{%- endmacro %}

{#- One parse of the payload for all paths: a list of JSON values, in the order of the paths. -#}
{% macro default__json_fields(payload, paths) -%}
    json_extract({{ payload }}, [{% for path in paths %}'$.{{ path }}'{{ ', ' if not loop.last }}{% endfor %}])
{%- endmacro %}

{% macro json_text(value) -%}{{ return(adapter.dispatch('json_text')(value)) }}{%- endmacro %}

{#- A JSON scalar as text; JSON null as SQL null. -#}
{% macro default__json_text(value) -%}({{ value }} ->> '$'){%- endmacro %}

{% macro json_is_nothing(value) -%}{{ return(adapter.dispatch('json_is_nothing')(value)) }}{%- endmacro %}

{#- Whether a JSON value is there and is null or an empty list; never SQL null. -#}
{% macro default__json_is_nothing(value) -%}coalesce(cast({{ value }} as varchar) in ('null', '[]'), false){%- endmacro %}

{% macro json_id(value) -%}{{ return(adapter.dispatch('json_id')(value)) }}{%- endmacro %}

{#- A reference: the id, also where the API expanded it into the whole object. -#}
{% macro default__json_id(value) -%}
    (case when json_type({{ value }}) = 'OBJECT' then {{ value }} ->> '$.id' else nullif({{ value }} ->> '$', '') end)
{%- endmacro %}

{% macro json_elements(payload, path) -%}{{ return(adapter.dispatch('json_elements')(payload, path)) }}{%- endmacro %}

{#- The elements of a JSON array below a path as a list; null when there is no array. -#}
{% macro default__json_elements(payload, path) -%}
    case when json_type({{ payload }}, '$.{{ path }}') = 'ARRAY' then json_extract({{ payload }}, '$.{{ path }}[*]') end
{%- endmacro %}

{% macro json_map_entries(payload) -%}{{ return(adapter.dispatch('json_map_entries')(payload)) }}{%- endmacro %}

{#- The entries of a flat JSON object as a list of structs (key, value as text). -#}
{% macro default__json_map_entries(payload) -%}
    list_transform(json_keys({{ payload }}), lambda name: {'key': name, 'value': json_extract_string({{ payload }}, '/' || replace(replace(name, '~', '~0'), '/', '~1'))})
{%- endmacro %}

{% macro json_flag(payload, path) -%}{{ return(adapter.dispatch('json_flag')(payload, path)) }}{%- endmacro %}

{#- Whether a JSON boolean is there and true. -#}
{% macro default__json_flag(payload, path) -%}
    coalesce(json_extract_string({{ payload }}, '$.{{ path }}') = 'true', false)
{%- endmacro %}

{% macro json_is_whole_list(payload, path) -%}{{ return(adapter.dispatch('json_is_whole_list')(payload, path)) }}{%- endmacro %}

{#- Whether a list of the API is there and not cut (Stripe nests ten elements and says `has_more`). -#}
{% macro default__json_is_whole_list(payload, path) -%}
    json_type({{ payload }}, '$.{{ path }}') is not null and json_type({{ payload }}, '$.{{ path }}') <> 'NULL'
    and coalesce(json_extract_string({{ payload }}, '$.{{ path }}.has_more'), 'false') <> 'true'
{%- endmacro %}

{% macro json_is_list(payload, path) -%}{{ return(adapter.dispatch('json_is_list')(payload, path)) }}{%- endmacro %}

{#- Whether a plain JSON array stands below a path. -#}
{% macro default__json_is_list(payload, path) -%}json_type({{ payload }}, '$.{{ path }}') = 'ARRAY'{%- endmacro %}

{% macro json_list(values) -%}{{ return(adapter.dispatch('json_list')(values)) }}{%- endmacro %}

{#- Texts as a JSON list, as text. -#}
{% macro default__json_list(values) -%}cast(to_json([{{ values | join(', ') }}]) as varchar){%- endmacro %}

{% macro entry_key(entry) -%}{{ return(adapter.dispatch('entry_key')(entry)) }}{%- endmacro %}

{#- The name in an entry of json_map_entries. -#}
{% macro default__entry_key(entry) -%}{{ entry }}['key']{%- endmacro %}

{% macro entry_value(entry) -%}{{ return(adapter.dispatch('entry_value')(entry)) }}{%- endmacro %}

{#- The value in an entry of json_map_entries, as text. -#}
{% macro default__entry_value(entry) -%}{{ entry }}['value']{%- endmacro %}
