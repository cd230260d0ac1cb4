{#-
Components that are not as the last build left them: new ones, changed ones, and those that are gone. Told by comparing whole
rows, so that nobody needs to know what else a late fact may have moved. They are kept until a build that saw them has ended
well: one that was killed may have taken them up here and nowhere else.
-#}
{%- set built = built_before('marts', 'fct_revenue_components') -%}
{%- if not is_incremental() or built is none %}
select account_id, component_id, source_object_id, cast(0 as bigint) as built_through
from {{ ref('int_revenue_components__placed') }}
where false
{%- else %}
{%- set columns = adapter.get_columns_in_relation(built) | map(attribute='name') | list %}
with

now as (
    select account_id, component_id, source_object_id, {{ row_fingerprint(columns) }} as fingerprint
    from {{ ref('int_revenue_components__placed') }}
),

before as (
    select account_id, component_id, source_object_id, {{ row_fingerprint(columns) }} as fingerprint
    from {{ built }}
)

select distinct
    coalesce(now.account_id, before.account_id) as account_id,
    coalesce(now.component_id, before.component_id) as component_id,
    coalesce(now.source_object_id, before.source_object_id) as source_object_id,
    cast({{ run_value('built_through') }} as bigint) as built_through
from now
full outer join before on now.fingerprint = before.fingerprint
where now.fingerprint is null or before.fingerprint is null
{%- endif %}
