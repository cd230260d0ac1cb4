{{ config(meta={'dagster': {'ref': {'name': 'agg_reconciliation_quality'}}}) }}
{#- Basis points of money that may stay unexplained; empty: no limit. -#}
{%- set limit = run_value('max_unexplained_bps') -%}
-- Guards the publication: with `max_unexplained_bps` set, no kind of match of any tenant and currency leaves more.
select slice, numerator, denominator, value
from {{ ref('agg_reconciliation_quality') }}
where measure = 'explained_money'
    and {% if limit %}(denominator - numerator) * 10000 > denominator * {{ limit }}{% else %}false{% endif %}
