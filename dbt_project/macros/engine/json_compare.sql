{#- Comparing JSON objects of two renderings: order of keys and blanks never matter. -#}

{% macro json_compact(text) -%}{{ return(adapter.dispatch('json_compact')(text)) }}{%- endmacro %}

{#- A JSON text without blanks and with one spelling of its characters. -#}
{% macro default__json_compact(text) -%}cast(json({{ text }}) as varchar){%- endmacro %}

{% macro json_at(value, path) -%}{{ return(adapter.dispatch('json_at')(value, path)) }}{%- endmacro %}

{#- The JSON value below a path; null when there is none. -#}
{% macro default__json_at(value, path) -%}json_extract({{ value }}, '$.{{ path }}'){%- endmacro %}

{% macro json_member(value, name) -%}{{ return(adapter.dispatch('json_member')(value, name)) }}{%- endmacro %}

{#- The JSON value under a key that is itself a value; null when the key is absent, JSON `null` when it is null. -#}
{% macro default__json_member(value, name) -%}
    json_extract({{ value }}, '/' || replace(replace({{ name }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{% macro json_entries_unlike(left_value, right_value) -%}
    {{- return(adapter.dispatch('json_entries_unlike')(left_value, right_value)) -}}
{%- endmacro %}

{#- The top-level entries (key, JSON value) of one object whose text the other does not have; one parse of each. -#}
{% macro default__json_entries_unlike(left_value, right_value) -%}
    list_filter(
        map_entries(cast(cast({{ left_value }} as json) as map(varchar, json))),
        lambda entry: not list_contains(map_entries(cast(cast({{ right_value }} as json) as map(varchar, json))), entry)
    )
{%- endmacro %}

{% macro json_identity(value) -%}{{ return(adapter.dispatch('json_identity')(value)) }}{%- endmacro %}

{#-
A value as far as it belongs to the object that holds it: an object of its own, also within a list, counts by its
id; a list of the API (cut after ten) as nothing.
-#}
{% macro default__json_identity(value) -%}
    case
        when json_type({{ value }}) = 'OBJECT' and ({{ value }} ->> '$.object') = 'list' then null
        when json_type({{ value }}) = 'OBJECT' and json_type({{ value }}, '$.id') = 'VARCHAR' then json_extract({{ value }}, '$.id')
        when json_type({{ value }}) = 'ARRAY' and json_type({{ value }}, '$[0].id') = 'VARCHAR'
            then to_json(json_extract({{ value }}, '$[*].id'))
        else {{ value }}
    end
{%- endmacro %}

{% macro json_values_differ(left_value, right_value, is_map) -%}
    {{- return(adapter.dispatch('json_values_differ')(left_value, right_value, is_map)) -}}
{%- endmacro %}

{#-
Whether two values say different things. What a version of the API renders as another shape (a text as an object),
or with fewer keys, is the same thing told otherwise; only in a map (`is_map`) the keys are facts themselves.
-#}
{% macro default__json_values_differ(left_value, right_value, is_map) -%}
    case
        when {{ left_value }} is null or {{ right_value }} is null then false
        when json_type({{ left_value }}) = 'OBJECT' and json_type({{ right_value }}) = 'OBJECT' and not ({{ is_map }})
            then not json_contains({{ left_value }}, {{ right_value }})
                and not json_contains({{ right_value }}, {{ left_value }})
        when json_type({{ left_value }}) <> 'NULL' and json_type({{ right_value }}) <> 'NULL'
            and (json_type({{ left_value }}) in ('OBJECT', 'ARRAY') or json_type({{ right_value }}) in ('OBJECT', 'ARRAY'))
            and json_type({{ left_value }}) <> json_type({{ right_value }})
            then false
        else not (json_contains({{ left_value }}, {{ right_value }}) and json_contains({{ right_value }}, {{ left_value }}))
    end
{%- endmacro %}
