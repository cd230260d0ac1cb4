{{ config(meta={'dagster': {'ref': {'name': 'fct_residuals'}}}) }}
{#- Basis points of money that may stay unexplained; empty: no limit. -#}
{%- set limit = run_value('max_unexplained_bps') -%}
-- Guards the publication: what is accepted as a match leaves no more than `max_unexplained_bps` without a name. What
-- waits for a person is not accepted: it is an exception with its money, and its review needs a publication. Inside Stripe
-- transactions prove every difference, with or without a name for it.
with

accepted as (
    select
        matches.match_kind, matches.account_id, matches.currency,
        sum(greatest(abs(matches.left_minor), abs(matches.right_minor))) as money,
        sum(abs(residuals.amount_minor)) as unexplained_minor
    from {{ ref('fct_matches') }} as matches
    inner join {{ ref('fct_residuals') }} as residuals
        on matches.match_id = residuals.match_id and residuals.code = 'unexplained'
    where matches.status in ('auto', 'confirmed') and matches.match_kind in ('payout_bank', 'order_charge')
    group by matches.match_kind, matches.account_id, matches.currency
)

select match_kind, account_id, currency, unexplained_minor, money
from accepted
where {% if limit %}unexplained_minor * 10000 > money * {{ limit }}{% else %}false{% endif %}
