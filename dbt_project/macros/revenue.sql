{#- The arithmetic of recognition: whole minor units in, whole minor units out (design: closed form, no daily rows). -#}

{#-
Part of an amount, `part` of `whole`, rounded half away from zero. Cumulative parts of one amount differ by whole
minor units and end in the amount, so parts that are differences of them always add up.
-#}
{% macro share_of(amount, part, whole) -%}
    {{ whole_share(amount, part, whole) }}
{%- endmacro %}

{#- The revenue of an amount that is earned evenly from `starts` to `ends` (whole numbers of one unit), up to `at`. -#}
{% macro earned_evenly(amount, starts, ends, at) -%}
    {{ share_of_span(amount, 'least(greatest(' ~ at ~ ' - ' ~ starts ~ ', 0), ' ~ ends ~ ' - ' ~ starts ~ ')', ends ~ ' - ' ~ starts) }}
{%- endmacro %}

{#-
The revenue of an amount up to a period boundary, under the policy of its component `c`. Where periods are weeks they end inside
months: policies by month then take the part of that month that has passed, of the time in it in which there is service.
-#}
{% macro earned_through(amount, c, at_unit, at_month) -%}
    {%- if has_weeks() -%}
    {%- set month = month_number(local_date(instant_of_seconds(at_unit))) -%}
    {%- set starts = seconds_of(local_midnight(month_of_number(month))) -%}
    {%- set ends = seconds_of(local_midnight(month_of_number(month ~ ' + 1'))) -%}
    case
        when {{ c }}.policy not in ('months_even', 'months_even_prorated') or {{ c }}.starts_unit >= {{ c }}.ends_unit
            or {{ at_unit }} <= {{ c }}.starts_unit or {{ at_unit }} >= {{ c }}.ends_unit
            then {{ earned_at_month(amount, c, at_unit, at_month) }}
        else {{ earned_at_month(amount, c, starts, month) }} + {{ earned_evenly(
            earned_at_month(amount, c, ends, month ~ ' + 1') ~ ' - ' ~ earned_at_month(amount, c, starts, month),
            'greatest(' ~ starts ~ ', ' ~ c ~ '.starts_unit)', 'least(' ~ ends ~ ', ' ~ c ~ '.ends_unit)', at_unit) }}
    end
    {%- else -%}
    {{ earned_at_month(amount, c, at_unit, at_month) }}
    {%- endif -%}
{%- endmacro %}

{#-
The revenue of an amount up to a month boundary `at_unit` (epoch seconds), under the policy of its component `c`: a relation
with policy, starts_unit, ends_unit (equal: all at once), first_month_number, end_month_number. Months of service count from
the month of the start; the month in which service ends counts only where it is the first, too, or where ends are prorated.
-#}
{% macro earned_at_month(amount, c, at_unit, at_month) -%}
    case
        when {{ amount }} = 0 or {{ at_unit }} <= {{ c }}.starts_unit then 0
        when {{ at_unit }} >= {{ c }}.ends_unit then {{ amount }}
        when {{ c }}.policy = 'months_even' then {{ earned_evenly(amount, c ~ '.first_month_number', c ~ '.end_month_number', at_month) }}
        when {{ c }}.policy = 'months_even_prorated' and {{ c }}.end_month_number - {{ c }}.first_month_number > 1
            then {{ earned_in_prorated_months(amount, c, at_unit, at_month) }}
        else {{ earned_evenly(amount, c ~ '.starts_unit', c ~ '.ends_unit', at_unit) }}
    end
{%- endmacro %}

{#- First and last month by their share of the time; those between in equal parts, cut to minor units, the rest in their last. -#}
{% macro earned_in_prorated_months(amount, c, at_unit, at_month) -%}
    case
        when {{ at_month }} >= {{ c }}.end_month_number then {{ earned_evenly(amount, c ~ '.starts_unit', c ~ '.ends_unit', at_unit) }}
        else {{ earned_evenly(amount, c ~ '.starts_unit', c ~ '.ends_unit', c ~ '.second_unit') }}
            + {{ whole_part(
                earned_evenly(amount, c ~ '.starts_unit', c ~ '.ends_unit', c ~ '.last_unit') ~ ' - '
                ~ earned_evenly(amount, c ~ '.starts_unit', c ~ '.ends_unit', c ~ '.second_unit'),
                at_month ~ ' - ' ~ c ~ '.first_month_number - 1', c ~ '.end_month_number - ' ~ c ~ '.first_month_number - 1') }}
    end
{%- endmacro %}

{#- A running sum that never goes beyond an amount of either sign. -#}
{% macro within_amount(sum, amount) -%}
    case when {{ amount }} >= 0 then least(greatest({{ sum }}, 0), {{ amount }}) else greatest(least({{ sum }}, 0), {{ amount }}) end
{%- endmacro %}

{#- Where what was recognized and is taken back is shown, by what took it back. -#}
{% macro contra_account(kind) -%}
    case {{ kind }} when 'dispute' then 'disputes' when 'dispute_reversal' then 'disputes' else 'refunds' end
{%- endmacro %}

{#- Whether a tax amount stands inside the amount of its line: Sigma and older API versions say it by a flag, newer ones by a word. -#}
{% macro tax_is_inclusive() -%}
    coalesce(is_inclusive, tax_behavior = 'inclusive', false)
{%- endmacro %}

{#- Where a movement stands whose sale is not known. -#}
{% macro account_of_orphans(category) -%}
    case
        when {{ category }} in ('refund', 'refund_failure', 'charge_failure', 'platform_earning_refund') then 'refunds'
        when {{ category }} = 'dispute' then 'disputes'
        when {{ category }} = 'dispute_reversal' then 'recoverables'
        else 'suspense'
    end
{%- endmacro %}
