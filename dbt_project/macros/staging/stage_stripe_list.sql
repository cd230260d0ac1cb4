{#-
Build a staging model of list elements that have no id of their own (fee details, tax amounts ...).

The elements of one parent come whole from one source: the one that observed the parent's list last. Their
`position` follows their content, so that Sigma's rows and the API's list number them alike.

Incremental: every parent that a newer load touched is replaced whole.
-#}
{% macro stage_stripe_list(table=none, object=none) -%}
{%- set map = stripe_map() -%}
{%- set columns = {} -%}
{%- for name, column in map.columns.items() if name != 'position' -%}{%- do columns.update({name: column}) -%}{%- endfor -%}
{%- set parent = map.parent -%}
with

{% if is_incremental() -%}
changed as (
    {% if table %}
    select _account_id as account_id{% for name in parent %}, {{ sigma_value(columns[name]) }} as {{ name }}{% endfor %}
    from {{ table }}
    where _load_seq > {{ run_value('built_through') }}
    union
    {% endif %}
    select account_id{% for name in parent %}, {{ api_key(columns[name]) }} as {{ name }}{% endfor %}
    from {{ object }}
    where load_seq > {{ run_value('built_through') }}
),

{% endif -%}
{%- if table -%}
tabular as (
    select
        _account_id as account_id,
        {%- for name, column in columns.items() %}
        {{ sigma_value(column) if column.sigma else 'cast(null as ' ~ column.type ~ ')' }} as {{ name }},
        {%- endfor %}
        _is_deleted as is_deleted,
        _source_system as source_system,
        _observed_at as observed_at,
        _received_at as recorded_at,
        _load_seq as load_seq
    from {{ table }}
    where true
    {{- livemode_is('_livemode') }}
    {%- if is_incremental() %}
        and exists (
            select 1 from changed
            where changed.account_id = _account_id
            {%- for name in parent %} and changed.{{ name }} = {{ sigma_value(columns[name]) }}{% endfor %}
        )
    {%- endif %}
),

{% endif -%}
holders as (
    select *
    from (
        select
            *,
            {% for path in map.lists %}{{ 'coalesce(' if loop.first and map.lists | length > 1 }}{{ json_elements('payload', path) }}{{ ', ' if not loop.last }}{% endfor %}{{ ')' if map.lists | length > 1 }} as elements,
            row_number() over (
                partition by account_id{% for name in parent %}, {{ api_key(columns[name]) }}{% endfor %}
                order by observed_at desc, sequence desc, kind, payload desc
            ) as recency
        from {{ object }}
        where ({% for path in map.lists %}{{ json_is_list('payload', path) }}{{ ' or ' if not loop.last }}{% endfor %})
        {{- livemode_is('livemode') }}
        {%- if is_incremental() %}
            and exists (
                select 1 from changed
                where changed.account_id = {{ object.identifier }}.account_id
                {%- for name in parent %} and changed.{{ name }} = {{ api_key(columns[name]) }}{% endfor %}
            )
        {%- endif %}
    )
    where recency = 1
),

elements as (
    select {{ all_but(['elements']) }}, {{ json_fields('payload', map.paths) }} as holder_fields, {{ each_of('elements') }} as element
    from holders
),

parsed as (
    select *, {{ json_fields('element', map.paths) }} as fields
    from elements
),

listed as (
    select
        account_id,
        {%- for name, column in columns.items() %}
        {{ api_value(column, map.paths) if column.api else 'cast(null as ' ~ column.type ~ ')' }} as {{ name }},
        {%- endfor %}
        is_deleted,
        'api' as source_system,
        observed_at,
        received_at as recorded_at,
        load_seq
    from parsed
),

{% if table -%}
listed_parents as (
    select account_id{% for name in parent %}, {{ api_key(columns[name]) }} as {{ name }}{% endfor %}, observed_at
    from holders
),

tabular_parents as (
    select account_id{% for name in parent %}, {{ name }}{% endfor %}, max(observed_at) as observed_at
    from tabular
    group by account_id{% for name in parent %}, {{ name }}{% endfor %}
),

merged as (
    select tabular.*
    from tabular
    left join listed_parents
        on tabular.account_id = listed_parents.account_id
        {%- for name in parent %} and tabular.{{ name }} = listed_parents.{{ name }}{% endfor %}
    where listed_parents.account_id is null or tabular.observed_at > listed_parents.observed_at
    union all
    select listed.*
    from listed
    left join tabular_parents
        on listed.account_id = tabular_parents.account_id
        {%- for name in parent %} and listed.{{ name }} = tabular_parents.{{ name }}{% endfor %}
    where tabular_parents.account_id is null or listed.observed_at >= tabular_parents.observed_at
)
{%- else %}
merged as (
    select * from listed
)
{%- endif %}

select
    account_id,
    {%- for name in columns %}
    {{ name }},
    {%- endfor %}
    cast(row_number() over (
        partition by account_id{% for name in parent %}, {{ name }}{% endfor %}
        order by {% for name in map.order_by %}{{ name }} nulls last{{ ', ' if not loop.last }}{% endfor %}
    ) as bigint) as position,
    is_deleted,
    source_system,
    observed_at,
    recorded_at,
    load_seq
from merged
{%- endmacro %}
