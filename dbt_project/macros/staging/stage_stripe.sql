{#-
Build a staging model from the map in the YAML beside it: one current row per tenant and key.

Each source gives at most one row per key: the tables of Sigma and Data Pipeline (`tabular`), what API lists
showed last (`listed`), what the last event showed (`evented`). They are merged column by column: of the
sources that carry a column, the one observed last gives its value; one that cannot carry it never overwrites.

Objects that come nested in a parent (`holder`) are gone when a later, whole list of the parent lacks them.

Incremental: only keys that a newer load touched are built again, from all sources.
-#}
{% macro stage_stripe(table=none, object=none, holder=none) -%}
{%- set map = stripe_map() -%}
{%- set key = map.key -%}
{%- set columns = map.columns -%}
{%- set versions -%}
partition by account_id{% for name in key %}, {{ api_key(columns[name]) }}{% endfor %}, kind
{%- endset -%}
with

{% if is_incremental() -%}
changed as (
    {% if table %}
    select _account_id as account_id{% for name in key %}, {{ sigma_value(columns[name]) }} as {{ name }}{% endfor %}
    from {{ table }}
    where _load_seq > {{ run_value('built_through') }}
    {% endif %}
    {%- if table and object %}
    union
    {% endif %}
    {%- if object %}
    select account_id{% for name in key %}, {{ api_key(columns[name]) }} as {{ name }}{% endfor %}
    from {{ object }}
    where load_seq > {{ run_value('built_through') }}
    {% endif %}
    {%- if holder %}
    union
    select children.account_id{% for name in key %}, {{ api_key(columns[name]) }} as {{ name }}{% endfor %}
    from {{ object }} as children
    where exists (
        select 1 from {{ holder }} as parents
        where parents.load_seq > {{ run_value('built_through') }}
            and parents.account_id = children.account_id and parents.object_id = children.parent_id
    )
    {% endif %}
),

{% endif -%}
{%- if table -%}
tabular as (
    select
        _account_id as account_id,
        {%- for name, column in columns.items() if column.sigma %}
        {{ sigma_value(column) }} as {{ name }},
        {%- endfor %}
        _missing_columns as missing_columns,
        _is_deleted as is_deleted,
        _source_system as source_system,
        _observed_at as observed_at,
        _received_at as recorded_at,
        _load_seq as load_seq
    from {{ table }}
    where ({{ map.filter or 'true' }})
    {{- livemode_is('_livemode') }}
    {%- if is_incremental() %}
        and exists (
            select 1 from changed
            where changed.account_id = _account_id
            {%- for name in key %} and changed.{{ name }} = {{ sigma_value(columns[name]) }}{% endfor %}
        )
    {%- endif %}
),

{% endif -%}
{%- if holder -%}
whole_lists as (
    select account_id, object_id as parent_id, kind, max(observed_at) as listed_at
    from {{ holder }}
    where {{ json_is_whole_list('payload', map.holder_path) }}
    group by account_id, object_id, kind
),

received as (
    select
        {{ all_but(['is_deleted'], 'children') }},
        (children.is_deleted or coalesce(children.observed_at < whole_lists.listed_at, false)) as is_deleted
    from {{ object }} as children
    left join whole_lists using (account_id, parent_id, kind)
),

{% endif -%}
{%- if object -%}
observations as (
    select
        *,
        -- a deletion stub ({"deleted": true}) says that the object is gone, not that its values are
        row_number() over (
            {{ versions }} order by {{ json_flag('payload', 'deleted') }}, observed_at desc, sequence desc, payload desc
        ) as recency,
        first_value(is_deleted) over ({{ versions }} order by observed_at desc, sequence desc, payload desc) as is_gone,
        max(observed_at) over ({{ versions }}) as newest_at,
        min(received_at) over ({{ versions }}) as first_received_at,
        max(load_seq) over ({{ versions }}) as newest_load_seq
    from {{ 'received' if holder else object }} as received
    where true
    {{- livemode_is('livemode') }}
    {%- if is_incremental() %}
        and exists (
            select 1 from changed
            where changed.account_id = received.account_id
            {%- for name in key %} and changed.{{ name }} = {{ api_key(columns[name]) }}{% endfor %}
        )
    {%- endif %}
),

parsed as (
    select *, {{ json_fields('payload', map.paths) }} as fields
    from observations
    where recency = 1
),

{% for kind, cte in [('list', 'listed'), ('event', 'evented')] -%}
{{ cte }} as (
    select
        account_id,
        {%- for name, column in columns.items() if column.api %}
        {{ api_value(column, map.paths) }} as {{ name }},
        {{ api_carried(column, map.paths) }} as {{ name }}_seen_at,
        {%- endfor %}
        is_gone as is_deleted,
        newest_at as observed_at,
        first_received_at as recorded_at,
        newest_load_seq as load_seq
    from parsed
    where kind = '{{ kind }}'
),

{% endfor -%}
{%- endif -%}
{%- if table and object %}
merged as (
    select
        coalesce(tabular.account_id, listed.account_id, evented.account_id) as account_id,
        {%- for name, column in columns.items() %}
        {{ newest_value(name, column, key) }} as {{ name }},
        {%- endfor %}
        {{ newest_of('is_deleted') }} as is_deleted,
        case greatest(tabular.observed_at, listed.observed_at, evented.observed_at)
            when evented.observed_at then 'api' when listed.observed_at then 'api' else tabular.source_system
        end as source_system,
        greatest(tabular.observed_at, listed.observed_at, evented.observed_at) as observed_at,
        least(tabular.recorded_at, listed.recorded_at, evented.recorded_at) as recorded_at,
        greatest(tabular.load_seq, listed.load_seq, evented.load_seq) as load_seq
    from tabular
    full outer join listed
        on tabular.account_id = listed.account_id
        {%- for name in key %} and tabular.{{ name }} = listed.{{ name }}{% endfor %}
    full outer join evented
        on coalesce(tabular.account_id, listed.account_id) = evented.account_id
        {%- for name in key %} and coalesce(tabular.{{ name }}, listed.{{ name }}) = evented.{{ name }}{% endfor %}
)
{%- elif object %}
merged as (
    select
        coalesce(listed.account_id, evented.account_id) as account_id,
        {%- for name, column in columns.items() %}
        {{ newest_value(name, column, key, with_table=false) }} as {{ name }},
        {%- endfor %}
        case when evented.observed_at >= listed.observed_at or listed.observed_at is null
            then evented.is_deleted else listed.is_deleted end as is_deleted,
        'api' as source_system,
        greatest(listed.observed_at, evented.observed_at) as observed_at,
        least(listed.recorded_at, evented.recorded_at) as recorded_at,
        greatest(listed.load_seq, evented.load_seq) as load_seq
    from listed
    full outer join evented
        on listed.account_id = evented.account_id
        {%- for name in key %} and listed.{{ name }} = evented.{{ name }}{% endfor %}
)
{%- else %}
merged as (
    select {{ all_but(['missing_columns']) }} from tabular
)
{%- endif %}

select
    account_id,
    {%- for name in columns %}
    {{ name }},
    {%- endfor %}
    is_deleted,
    source_system,
    observed_at,
    recorded_at,
    load_seq
from merged
{%- endmacro %}

{% macro livemode_is(column) -%}
    {%- if run_value('livemode') != '' %}
        and coalesce({{ column }}, {{ run_value('livemode') }}) = {{ run_value('livemode') }}
    {%- endif -%}
{%- endmacro %}

{% macro sigma_value(column) -%}
    {%- set text = adapter.quote(column.sigma) -%}
    {{ typed(text, column.type, column.name, column.unit) }}
{%- endmacro %}

{% macro api_key(column) -%}
    {%- if '@parent' in column.api -%} coalesce(parent_id, '') {%- else -%} object_id {%- endif -%}
{%- endmacro %}

{#- First alternative that holds a value; newest API version first. -#}
{% macro api_value(column, paths, fields='fields') -%}
    {%- set texts = [] -%}
    {%- for path in column.api -%}
        {%- if path == '@id' -%}{%- do texts.append('object_id') -%}
        {%- elif path == '@parent' -%}{%- do texts.append("coalesce(parent_id, '')" if column.api | length == 1 else 'parent_id') -%}
        {%- elif path.startswith('^') -%}{%- do texts.append(json_text('holder_fields[' ~ (paths.index(path.lstrip('^')) + 1) ~ ']')) -%}
        {%- else -%}
            {%- set value = fields ~ '[' ~ (paths.index(path) + 1) ~ ']' -%}
            {%- do texts.append(json_id(value) if column.name.endswith('_id') else json_text(value)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set text = texts[0] if texts | length == 1 else 'coalesce(' ~ texts | join(', ') ~ ')' -%}
    {{ typed("nullif(" ~ text ~ ", '')" if column.type == 'varchar' and column.name not in model.config.get('unique_key', []) else text, column.type, column.name, column.unit) }}
{%- endmacro %}

{#- When the observation carries the column: its time; else null. What stands in nothing (null, []) is carried as null. -#}
{% macro api_carried(column, paths) -%}
    {%- set carried = [] -%}
    {%- for path in column.api -%}
        {%- do carried.append('true' if path.startswith('@') else 'fields[' ~ (paths.index(path) + 1) ~ '] is not null') -%}
        {%- for holder in holders_of(path) if not path.startswith('@') -%}
            {%- do carried.append(json_is_nothing('fields[' ~ (paths.index(holder) + 1) ~ ']')) -%}
        {%- endfor -%}
    {%- endfor -%}
    case when {{ carried | join(' or ') }} then observed_at end
{%- endmacro %}

{#- The value of a column from the source that carries it and was observed last; ties go event, list, table. -#}
{% macro newest_value(name, column, key, with_table=true) -%}
    {%- if name in key -%}
        coalesce({{ 'tabular.' ~ name ~ ', ' if with_table }}listed.{{ name }}, evented.{{ name }})
    {%- elif not column.api -%}
        tabular.{{ name }}
    {%- elif with_table and column.sigma -%}
        case greatest({{ tabular_seen_at(column) }}, listed.{{ name }}_seen_at, evented.{{ name }}_seen_at)
            when evented.{{ name }}_seen_at then evented.{{ name }}
            when listed.{{ name }}_seen_at then listed.{{ name }}
            else tabular.{{ name }}
        end
    {%- else -%}
        case when evented.{{ name }}_seen_at >= listed.{{ name }}_seen_at or listed.{{ name }}_seen_at is null
            then evented.{{ name }} else listed.{{ name }} end
    {%- endif -%}
{%- endmacro %}

{% macro tabular_seen_at(column) -%}
    case when tabular.missing_columns like '%,{{ column.sigma }},%' then null else tabular.observed_at end
{%- endmacro %}

{% macro newest_of(name) -%}
    case greatest(tabular.observed_at, listed.observed_at, evented.observed_at)
            when evented.observed_at then evented.{{ name }}
            when listed.observed_at then listed.{{ name }}
            else tabular.{{ name }}
        end
{%- endmacro %}
