{#-
Monthly recurring revenue of every item from instant to instant, net of the discounts that are active. A discount of the
subscription's own replaces the customer's. Amounts off are shared out over the items that they apply to.
-#}
with

steps as (
    select
        steps.*,
        prices.product_id, prices.currency, prices.exponent, prices.billing_interval, prices.billing_interval_count, prices.is_metered,
        amounts.amount_minor as list_minor, amounts.amount_source
    from {{ ref('int_subscription_steps') }} as steps
    inner join {{ ref('int_subscription_prices') }} as prices on steps.account_id = prices.account_id and steps.price_id = prices.price_id
    left join {{ ref('int_subscription_amounts') }} as amounts
        on steps.account_id = amounts.account_id and steps.price_id = amounts.price_id and steps.quantity = amounts.quantity
),

applied as (
    select
        steps.account_id, steps.subscription_item_id, steps.effective_at, discounts.discount_id, discounts.percent_off,
        case when discounts.currency = steps.currency then discounts.amount_off_minor end as amount_off_minor,
        discounts.is_of_customer,
        min(case when discounts.is_of_customer then 1 else 0 end) over (
            partition by steps.account_id, steps.subscription_id, steps.effective_at
        ) as is_of_customers_only
    from steps
    inner join {{ ref('int_subscription_discounts') }} as discounts
        on steps.account_id = discounts.account_id and steps.subscription_id = discounts.subscription_id
        and steps.effective_at >= discounts.starts_at and (discounts.ends_at is null or steps.effective_at < discounts.ends_at)
    where (discounts.subscription_item_id is null or discounts.subscription_item_id = steps.subscription_item_id)
        and (discounts.applies_to_product_ids is null or {{ holds_word('discounts.applies_to_product_ids', 'steps.product_id') }})
),

off as (
    select
        account_id, subscription_item_id, effective_at,
        {{ values_by('percent_off', 'discount_id') }} as percents,
        sum(amount_off_minor) as amount_off_minor,
        {{ sorted_text('discount_id') }} as discount_ids
    from applied
    where not is_of_customer or is_of_customers_only = 1
    group by account_id, subscription_item_id, effective_at
),

reduced as (
    select
        steps.*,
        off.discount_ids,
        case when steps.list_minor is null then null else {{ less_percents('steps.list_minor', 'off.percents') }} end as reduced_minor,  -- noqa: PRS
        -- who has an amount off shares it with the items that have the same
        case when off.amount_off_minor is not null then off.discount_ids end as sharing,
        off.amount_off_minor
    from steps
    left join off
        on steps.account_id = off.account_id and steps.subscription_item_id = off.subscription_item_id
        and steps.effective_at = off.effective_at
),

summed as (
    select
        *,
        sum(case when quantity > 0 then reduced_minor else 0 end) over (
            partition by account_id, subscription_id, effective_at, sharing order by subscription_item_id
            rows between unbounded preceding and current row
        ) as running_minor,
        sum(case when quantity > 0 then reduced_minor else 0 end) over (
            partition by account_id, subscription_id, effective_at, sharing
        ) as shared_minor
    from reduced
),

net as (
    select
        *,
        cast(case
            when quantity = 0 then 0
            when sharing is null then reduced_minor
            when shared_minor <= amount_off_minor then 0
            -- differences of cumulative shares: together they are the amount off, to the last minor unit
            else reduced_minor
                - ({{ whole_share('amount_off_minor', 'running_minor', 'shared_minor') }}
                    - {{ whole_share('amount_off_minor', '(running_minor - reduced_minor)', 'shared_minor') }})
        end as bigint) as net_minor
    from summed
)

select
    account_id,
    subscription_id,
    subscription_item_id,
    effective_at,
    until_at,
    currency,
    price_id,
    product_id,
    billing_interval,
    billing_interval_count,
    quantity,
    discount_ids,
    is_alive,
    is_counted,
    is_at_risk,
    is_metered,
    source,
    confidence,
    amount_source,
    cast(case when is_counted and quantity > 0
        then coalesce({{ monthly_amount('net_minor', 'billing_interval', 'billing_interval_count', 'exponent') }}, 0)
        else 0 end as decimal(18, 4)) as mrr,
    is_counted and quantity > 0 and (net_minor is null or billing_interval is null) as is_unknown
from net
