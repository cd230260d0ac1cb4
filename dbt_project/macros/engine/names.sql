{#- Comparing the names of businesses. -#}

{% macro business_name_key(name) -%}{{ return(adapter.dispatch('business_name_key')(name)) }}{%- endmacro %}

{#- Letters and digits of a name in lower case, without accents and without the legal form at its end; null when nothing
    is left. Two spellings of one name have one key. -#}
{% macro default__business_name_key(name) -%}
    nullif(regexp_replace(
        regexp_replace(
            regexp_replace(lower(strip_accents(replace(replace(trim({{ name }}), '.', ''), '&', ' and '))), '[^\pL\pN]+', ' ', 'g'),
            '^(.*\S)(\s+({{ legal_forms() | join('|') }}))+\s*$', '\1'
        ),
        '\s+', '', 'g'
    ), '')
{%- endmacro %}

{#- Legal forms as they stand behind a name, without dots. -#}
{% macro legal_forms() -%}
    {{- return([
        'ab', 'ag', 'aps', 'as', 'asa', 'bv', 'co', 'company', 'corp', 'corporation', 'ek', 'eurl', 'gbr', 'gmbh', 'inc',
        'incorporated', 'kft', 'kg', 'kk', 'lda', 'limited', 'llc', 'llp', 'lp', 'ltd', 'ltda', 'nv', 'og', 'ohg', 'oy', 'oyj',
        'plc', 'pte', 'pty', 'sa', 'sarl', 'sas', 'sasu', 'sl', 'slu', 'spa', 'srl', 'ug', 'wll'
    ]) -}}
{%- endmacro %}

{% macro edit_distance(left, right) -%}{{ return(adapter.dispatch('edit_distance')(left, right)) }}{%- endmacro %}

{#- How many letters have to be put in, left out, replaced or swapped to make one text of the other. -#}
{% macro default__edit_distance(left, right) -%}damerau_levenshtein({{ left }}, {{ right }}){%- endmacro %}
