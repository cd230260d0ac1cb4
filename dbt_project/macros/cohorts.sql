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

{#- What churn is looked at by: columns of int_churn_exposures. -#}
{% macro churn_dimensions() -%}
    {{- return(['billing_interval', 'trial', 'payment_pattern', 'plan', 'country', 'channel', 'usage', 'support']) -}}
{%- endmacro %}
