{#-
The state of every item at every instant at which something about its subscription changed: one timeline of versions, of the
subscription's life, of its spells and of its discounts, carried forward. The items of a subscription share their instants.
-#}
with

marks as (
    select account_id, subscription_id, begins_at as step_at, 1 as life, 0 as off, 0 as risk
    from {{ ref('int_subscription_lives') }} where begins_at is not null
    union all
    select account_id, subscription_id, ends_at, -1, 0, 0
    from {{ ref('int_subscription_lives') }} where begins_at is not null and ends_at is not null
    {%- for relation, starts, ends, off, risk in [
        (ref('int_subscription_spells'), 'late_at', 'resolved_at', 0, 1), (ref('int_subscription_spells'), 'drop_at', 'resolved_at', 1, 0)] %}
    union all
    select account_id, subscription_id, {{ starts }}, 0, {{ off }}, {{ risk }} from {{ relation }} where {{ starts }} is not null
    union all
    select account_id, subscription_id, {{ ends }}, 0, -{{ off }}, -{{ risk }}
    from {{ relation }} where {{ starts }} is not null and {{ ends }} is not null
    {%- endfor %}
    {%- for phase, off, risk in [('paused', 1, 0), ('held', 0, 1)] %}
    union all
    select account_id, subscription_id, starts_at, 0, {{ off }}, {{ risk }}
    from {{ ref('int_subscription_phases') }} where phase = '{{ phase }}'
    union all
    select account_id, subscription_id, ends_at, 0, -{{ off }}, -{{ risk }}
    from {{ ref('int_subscription_phases') }} where phase = '{{ phase }}' and ends_at is not null
    {%- endfor %}
    union all
    select account_id, subscription_id, starts_at, 0, 0, 0 from {{ ref('int_subscription_discounts') }}
    union all
    select account_id, subscription_id, ends_at, 0, 0, 0 from {{ ref('int_subscription_discounts') }} where ends_at is not null
    union all
    select account_id, subscription_id, effective_at, 0, 0, 0 from {{ ref('int_subscription_versions') }}
),

instants as (
    select account_id, subscription_id, step_at, sum(life) as life, sum(off) as off, sum(risk) as risk
    from marks
    where step_at <= timestamptz '{{ run_value("as_of") }}'
    group by account_id, subscription_id, step_at
),

standing as (
    select
        account_id, subscription_id, step_at,
        sum(life) over subscription as life,
        sum(off) over subscription as off,
        sum(risk) over subscription as risk
    from instants
    window subscription as (partition by account_id, subscription_id order by step_at rows between unbounded preceding and current row)
),

items as (
    select distinct account_id, subscription_id, subscription_item_id from {{ ref('int_subscription_versions') }}
),

steps as (
    select
        items.account_id, items.subscription_id, items.subscription_item_id, standing.step_at, standing.life, standing.off, standing.risk,
        versions.price_id, versions.quantity, versions.source, versions.confidence
    from items
    inner join standing on items.account_id = standing.account_id and items.subscription_id = standing.subscription_id
    left join {{ ref('int_subscription_versions') }} as versions
        on items.account_id = versions.account_id and items.subscription_item_id = versions.subscription_item_id
        and standing.step_at = versions.effective_at
)

select
    account_id,
    subscription_id,
    subscription_item_id,
    step_at as effective_at,
    lead(step_at) over (partition by account_id, subscription_item_id order by step_at) as until_at,
    life > 0 and off = 0 as is_counted,
    life > 0 as is_alive,
    life > 0 and off = 0 and risk > 0 as is_at_risk,
    last_value(price_id ignore nulls) over item as price_id,
    coalesce(last_value(quantity ignore nulls) over item, 0) as quantity,
    last_value(source ignore nulls) over item as source,
    last_value(confidence ignore nulls) over item as confidence
from steps
window item as (partition by account_id, subscription_item_id order by step_at rows between unbounded preceding and current row)
