{#- What the models of cohorts share. -#}

{#- Days of trial as the bucket that cohorts are told apart by. -#}
{% macro trial_bucket(days) -%}
    case when {{ days }} = 0 then '0' when {{ days }} <= 7 then '1-7' when {{ days }} <= 14 then '8-14'
        when {{ days }} <= 30 then '15-30' else '> 30' end
{%- endmacro %}

{% macro cohort_columns() -%}
    {{- return(['account_id', 'currency', 'cohort_month', 'billing_interval', 'trial_bucket', 'payment_pattern']) -}}
{%- endmacro %}

{#- The columns by which cohorts are told apart. -#}
{% macro cohort_key(relation=none) -%}
    {%- for name in cohort_columns() -%}{{ relation ~ '.' if relation }}{{ name }}{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{% macro same_cohort(one, other) -%}
    {%- for name in cohort_columns() -%}{{ one }}.{{ name }} = {{ other }}.{{ name }}{{ ' and ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#- A cohort as one text. -#}
{% macro cohort_text() -%}
    concat_ws('|', account_id, currency, cast({{ month_number('cohort_month') }} as varchar), billing_interval, trial_bucket, payment_pattern)
{%- endmacro %}

{#- What churn is looked at by: columns of int_churn_exposures, whose rows are runs of months. -#}
{% macro churn_dimensions() -%}
    {{- return(['billing_interval', 'trial', 'payment_pattern', 'plan', 'country', 'channel', 'usage', 'support']) -}}
{%- endmacro %}

{#- Rows of a customer and month from which something is told, as runs of months that are told the same; the last run is open. -#}
{% macro runs_of(relation, told) -%}
select
    account_id, customer_id, {{ told }},
    month_number as first_number,
    lead(month_number) over (partition by account_id, customer_id order by month_number) - 1 as last_number
from (
    select *, lag({{ told }}) over (partition by account_id, customer_id order by month_number) as told_before from {{ relation }}
) as compared  -- noqa: ST05
where {{ told }} is distinct from told_before
{%- endmacro %}

{#- Whether a run of months and one that may be open share a month. -#}
{% macro overlaps(run, other) -%}
    {{ run }}.first_number <= coalesce({{ other }}.last_number, {{ run }}.first_number) and {{ run }}.last_number >= {{ other }}.first_number
{%- endmacro %}

{#- The months that both runs have, or all of the first without another. -#}
{% macro overlap(run, other) -%}
    greatest({{ run }}.first_number, coalesce({{ other }}.first_number, {{ run }}.first_number)) as first_number,
        least({{ run }}.last_number, coalesce({{ other }}.last_number, {{ run }}.last_number)) as last_number
{%- endmacro %}
