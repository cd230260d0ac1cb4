{#- What recurring revenue cannot count, with what is missing: nothing is guessed, and nothing vanishes. -#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

priced as (
    select account_id, price_id from {{ ref('stg_stripe__prices') }}
    union
    select account_id, plan_id from {{ ref('stg_stripe__plans') }}
    union
    select account_id, price_id from {{ ref('int_subscription_prices') }}
),

unpriced as (
    select account_id, subscription_item_id, min(effective_at) as opened_at, max(price_id) as price_id, max(currency) as currency
    from {{ ref('int_subscription_item_mrr') }}
    where is_unknown
    group by account_id, subscription_item_id
    union all
    select items.account_id, items.subscription_item_id, lives.begins_at, coalesce(items.price_id, items.plan_id), items.currency
    from {{ ref('stg_stripe__subscription_items') }} as items
    inner join {{ ref('int_subscription_lives') }} as lives
        on items.account_id = lives.account_id and items.subscription_id = lives.subscription_id and lives.begins_at is not null
    left join priced on items.account_id = priced.account_id and coalesce(items.price_id, items.plan_id) = priced.price_id
    where not items.is_deleted and priced.price_id is null
),

known_subscriptions as (
    select account_id, subscription_id from {{ ref('stg_stripe__subscriptions') }}
),

-- where no subscriptions were received at all, none is missing
strangers as (
    select lines.account_id, lines.subscription_id, min(lines.period_start_at) as opened_at
    from {{ ref('int_subscription_lines') }} as lines
    left join known_subscriptions as known
        on lines.account_id = known.account_id and lines.subscription_id = known.subscription_id
    where known.subscription_id is null and lines.account_id in (select tenants.account_id from known_subscriptions as tenants)
    group by lines.account_id, lines.subscription_id
),

unrated as (
    select months.account_id, months.currency, max(months.month_number) as month_number
    from {{ ref('int_mrr_monthly') }} as months
    inner join {{ ref('int_mrr_rates') }} as rates
        on months.currency = rates.currency and months.month_number = rates.month_number
    where rates.closing_own is null and months.slice_kind = 'all' and months.closing_mrr > 0
    group by months.account_id, months.currency
)

select
    account_id,
    'mrr_unknown' as kind,
    'subscription_item' as object_kind,
    subscription_item_id as object_id,
    currency,
    cast(null as bigint) as amount_minor,
    least(opened_at, {{ as_of }}) as opened_at,
    concat('its price ', coalesce(price_id, 'is not stated'), ' tells no amount or interval, so it counts as 0 in recurring revenue') as reason,
    'Add the tables prices and price_tiers (or plans) to the export.' as suggested_action
from unpriced
union all
select
    account_id, 'subscription_unknown', 'subscription', subscription_id, null, null, opened_at,
    'invoices bill it, and no source shows it: it counts as 0 in recurring revenue',
    'Add the table subscriptions, with those that are canceled, to the export.'
from strangers
union all
select
    account_id, 'rate_unknown', 'currency', currency, null, null,
    {{ local_midnight(month_of_number('month_number')) }},
    concat('recurring revenue in ', currency, ' has no rate into {{ run_value("functional_currency") }}, so the functional view lacks it'),
    'Add the table exchange_rates_from_usd to the export.'
from unrated
