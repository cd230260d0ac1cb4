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

{% macro has_word(text, word) -%}{{ return(adapter.dispatch('has_word')(text, word)) }}{%- endmacro %}

{#- Whether a word stands in a text by itself, not as a part of another word; letters of any case. -#}
{% macro default__has_word(text, word) -%}
    regexp_matches(lower({{ text }}), '(^|[^a-z0-9]){{ word }}([^a-z0-9]|$)')
{%- endmacro %}

{% macro sorted_text(value) -%}{{ return(adapter.dispatch('sorted_text')(value)) }}{%- endmacro %}

{#- All values of a group as one text, in the order of the values. -#}
{% macro default__sorted_text(value) -%}string_agg({{ value }}, '|' order by {{ value }}){%- endmacro %}

{% macro probability(value) -%}{{ return(adapter.dispatch('probability')(value)) }}{%- endmacro %}

{#- A probability in ten-thousandths, rounded down: what is not certain does not become 1. -#}
{% macro default__probability(value) -%}cast(cast(floor({{ value }} * 10000) as integer) * 0.0001 as decimal(6, 4)){%- endmacro %}

{% macro first_by(value, order) -%}{{ return(adapter.dispatch('first_by')(value, order)) }}{%- endmacro %}

{#- The value with the least order; of several the least value. -#}
{% macro default__first_by(value, order) -%}(min(struct_pack(o := {{ order }}, v := {{ value }}))).v{%- endmacro %}

{% macro ratio(part, whole) -%}{{ return(adapter.dispatch('ratio')(part, whole)) }}{%- endmacro %}

{#- Part of whole in millionths, the rest cut off; null of nothing. For measures, never for money. -#}
{% macro default__ratio(part, whole) -%}
    case when {{ whole }} <> 0 then
        cast(cast(cast({{ part }} as hugeint) * 1000000 // cast({{ whole }} as hugeint) as bigint) * 0.000001 as decimal(18, 6))
    end
{%- endmacro %}

{% macro hours_quantile(earlier, later, share) -%}{{ return(adapter.dispatch('hours_quantile')(earlier, later, share)) }}{%- endmacro %}

{#- The quantile of the hours between two instants, whole hours. -#}
{% macro default__hours_quantile(earlier, later, share) -%}
    cast(quantile_disc(date_diff('hour', {{ earlier }}, {{ later }}), {{ share }}) as bigint)
{%- endmacro %}

{% macro words_of(text) -%}{{ return(adapter.dispatch('words_of')(text)) }}{%- endmacro %}

{#- The words of a text as a list: parted by blanks, and freed of the signs around them. -#}
{% macro default__words_of(text) -%}
    list_transform(string_split_regex({{ text }}, '\s+'), lambda word : trim(word, '#:;,.()[]"'''))
{%- endmacro %}

{% macro row_fingerprint(columns) -%}{{ return(adapter.dispatch('row_fingerprint')(columns)) }}{%- endmacro %}

{#- A number that tells rows apart by these columns; only within one build. -#}
{% macro default__row_fingerprint(columns) -%}hash({{ columns | join(', ') }}){%- endmacro %}

{% macro rows_fingerprint(columns) -%}{{ return(adapter.dispatch('rows_fingerprint')(columns)) }}{%- endmacro %}

{#- A number that tells groups of rows apart by every one of these columns, whatever their order; an aggregate. -#}
{% macro default__rows_fingerprint(columns) -%}sum(cast(hash({{ columns | join(', ') }}) as hugeint)){%- endmacro %}

{% macro let(name, value, expression) -%}{{ return(adapter.dispatch('let')(name, value, expression)) }}{%- endmacro %}

{#-
An expression that reads a value by a name: nested macros would write the value out at every place, and a day's week of a
fiscal year became so long that planning it took minutes (2026-11).
-#}
{% macro default__let(name, value, expression) -%}list_transform([{{ value }}], lambda {{ name }} : {{ expression }})[1]{%- endmacro %}
