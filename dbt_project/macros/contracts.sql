{#- What contracts earn that are told apart from their bills. -#}

{#-
What a version of an obligation has earned when `unit` is reached: a relation with amount_minor (all of it), from_minor (what
was earned where it begins), from_unit and ends_unit. Rounded as a running amount, so that parts add up.
-#}
{% macro earned_to(v, unit) -%}
    case
        when {{ unit }} >= {{ v }}.ends_unit then {{ v }}.amount_minor
        when {{ unit }} <= {{ v }}.from_unit then {{ v }}.from_minor
        else {{ v }}.from_minor
            + {{ share_of(v ~ '.amount_minor - ' ~ v ~ '.from_minor', unit ~ ' - ' ~ v ~ '.from_unit', v ~ '.ends_unit - ' ~ v ~ '.from_unit') }}
    end
{%- endmacro %}

{#- An instant in the unit of the time that obligations are earned over: whole months (where they are
    the periods), days from their midnight, or seconds. -#}
{% macro service_unit(at) -%}
    {%- set policy = run_value('recognition_policy') -%}
    {%- if policy == 'months_even' and not has_weeks() -%} {{ month_number(local_date(at)) }}
    {%- elif policy == 'by_day' -%} {{ seconds_of(local_midnight(local_date(at))) }}
    {%- else -%} {{ seconds_of(at) }}
    {%- endif -%}
{%- endmacro %}
