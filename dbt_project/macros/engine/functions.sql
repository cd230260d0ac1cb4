{#- Functions that engines spell differently. -#}

{% macro text_hash(text) -%}{{ return(adapter.dispatch('text_hash')(text)) }}{%- endmacro %}

{#- Short, stable hash of a text: 32 hexadecimal characters. -#}
{% macro default__text_hash(text) -%}md5({{ text }}){%- endmacro %}

{% macro days_between(earlier, later) -%}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{%- endmacro %}

{#- Whole days of 24 hours between two instants; in microseconds, because zoned arithmetic takes ten times as long. -#}
{% macro default__days_between(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) // 86400000000)
{%- endmacro %}

{% macro text_starts_with(text, prefix) -%}{{ return(adapter.dispatch('text_starts_with')(text, prefix)) }}{%- endmacro %}

{#- Whether a text begins with a literal prefix. -#}
{% macro default__text_starts_with(text, prefix) -%}starts_with({{ text }}, '{{ prefix }}'){%- endmacro %}

{% macro joined_text(value) -%}{{ return(adapter.dispatch('joined_text')(value)) }}{%- endmacro %}

{#- The different values of a group as one text, in order. -#}
{% macro default__joined_text(value) -%}string_agg(distinct {{ value }}, ', ' order by {{ value }}){%- endmacro %}

{% macro each_of(list) -%}{{ return(adapter.dispatch('each_of')(list)) }}{%- endmacro %}

{#- One row per element of a list, as a column of a select. -#}
{% macro default__each_of(list) -%}unnest({{ list }}){%- endmacro %}

{% macro all_but(columns, relation=none) -%}{{ return(adapter.dispatch('all_but')(columns, relation)) }}{%- endmacro %}

{#- Every column except the named ones. -#}
{% macro default__all_but(columns, relation) -%}{{ relation ~ '.' if relation }}* exclude ({{ columns | join(', ') }}){%- endmacro %}

{% macro first_texts(value, count) -%}{{ return(adapter.dispatch('first_texts')(value, count)) }}{%- endmacro %}

{#- The first so many values of a group in order, as one text: a sample of bounded size, the same in every run. -#}
{% macro default__first_texts(value, count) -%}array_to_string(min({{ value }}, {{ count }}), ', '){%- endmacro %}

{% macro words_of(text) -%}{{ return(adapter.dispatch('words_of')(text)) }}{%- endmacro %}

{#- The words of a text as a list: parted by blanks, and freed of the signs around them. -#}
{% macro default__words_of(text) -%}
    list_transform(string_split_regex({{ text }}, '\s+'), lambda word : trim(word, '#:;,.()[]"'''))
{%- endmacro %}
