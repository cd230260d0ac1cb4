{#- The rows of a built-in seed, extended and (by its key) replaced by the company's own rows. -#}
{% macro with_company(seed, company, key, columns) -%}
with

company_rows as (
    select {% for name, type in columns.items() %}cast({{ name }} as {{ type }}) as {{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ company }}
)

select {{ columns.keys() | join(', ') }}
from {{ seed }}
where {{ key }} not in (select {{ key }} from company_rows)
union all
select {{ columns.keys() | join(', ') }}
from company_rows
{%- endmacro %}
