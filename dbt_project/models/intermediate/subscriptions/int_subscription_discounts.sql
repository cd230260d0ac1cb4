{#-
Coupons that lower recurring revenue, and when: of a subscription, of one of its items, or of the customer. `once` never does.
Stripe's own metrics leave out every coupon that ends.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

discounts as (
    select account_id, discount_id, coupon_id, customer_id, subscription_id, subscription_item_id, start_at,
        least(end_at, case when is_deleted then observed_at end) as end_at
    from {{ ref('stg_stripe__discounts') }}
    where invoice_id is null and invoice_item_id is null and start_at <= {{ as_of }}
),

-- the older kind stands in the row of the subscription or the customer only
older as (
    select subscriptions.account_id, concat(subscriptions.subscription_id, ':discount') as discount_id, subscriptions.discount_coupon_id as coupon_id,
        subscriptions.customer_id, subscriptions.subscription_id, subscriptions.discount_start_at as start_at, subscriptions.discount_end_at as end_at
    from {{ ref('stg_stripe__subscriptions') }} as subscriptions
    left join discounts
        on subscriptions.account_id = discounts.account_id and subscriptions.subscription_id = discounts.subscription_id
        and subscriptions.discount_coupon_id = discounts.coupon_id
    where subscriptions.discount_coupon_id is not null and discounts.discount_id is null
    union all
    select customers.account_id, concat(customers.customer_id, ':discount'), customers.discount_coupon_id,
        customers.customer_id, null, customers.discount_start_at, customers.discount_end_at
    from {{ ref('stg_stripe__customers') }} as customers
    left join discounts
        on customers.account_id = discounts.account_id and customers.customer_id = discounts.customer_id
        and customers.discount_coupon_id = discounts.coupon_id and discounts.subscription_id is null
    where customers.discount_coupon_id is not null and discounts.discount_id is null
),

every_discount as (
    select account_id, discount_id, coupon_id, customer_id, subscription_id, subscription_item_id, start_at, end_at from discounts
    union all
    select account_id, discount_id, coupon_id, customer_id, subscription_id, null, start_at, end_at from older
),

ruled as (
    select
        every_discount.*,
        coupons.percent_off,
        coupons.amount_off_minor,
        coupons.currency,
        coupons.applies_to_product_ids,
        -- a coupon of some months whose end no source states ends by its own months
        coalesce(every_discount.end_at, case when coupons.duration = 'repeating'
            then {{ months_later('every_discount.start_at', 'cast(coupons.duration_months as integer)') }} end) as ends_at
    from every_discount
    inner join {{ ref('stg_stripe__coupons') }} as coupons
        on every_discount.account_id = coupons.account_id and every_discount.coupon_id = coupons.coupon_id
    where coupons.duration <> 'once'
)

select
    ruled.account_id,
    ruled.discount_id,
    subscriptions.subscription_id,
    ruled.subscription_item_id,
    ruled.subscription_id is null as is_of_customer,
    ruled.percent_off,
    ruled.amount_off_minor,
    ruled.currency,
    ruled.applies_to_product_ids,
    coalesce(ruled.start_at, subscriptions.created_at) as starts_at,
    case when ruled.ends_at <= {{ as_of }} then ruled.ends_at end as ends_at
from ruled
inner join {{ ref('int_subscription_lives') }} as subscriptions
    on ruled.account_id = subscriptions.account_id
    and (ruled.subscription_id = subscriptions.subscription_id
        or ruled.subscription_id is null and ruled.customer_id = subscriptions.customer_id)
where coalesce(ruled.start_at, subscriptions.created_at) <= {{ as_of }}
    and (ruled.ends_at is null or ruled.ends_at > coalesce(ruled.start_at, subscriptions.created_at))
    {%- if run_value('metrics_mode') == 'stripe' %}
    and ruled.ends_at is null
    {%- endif %}
