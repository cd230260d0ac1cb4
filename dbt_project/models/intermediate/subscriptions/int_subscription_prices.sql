{#- What a price or plan sells. Prices do not change, so one row serves all of history. -#}
with

priced as (
    select
        account_id, price_id, product_id, currency, unit_amount_minor, unit_amount_decimal_minor, billing_scheme, tiers_mode,
        billing_interval, billing_interval_count, usage_type, quantity_divisor, quantity_rounding, 1 as preference
    from {{ ref('stg_stripe__prices') }}
    where price_type = 'recurring' or billing_interval is not null
    union all
    select
        account_id, plan_id, product_id, currency, unit_amount_minor, unit_amount_decimal_minor, billing_scheme, tiers_mode,
        billing_interval, billing_interval_count, usage_type, quantity_divisor, quantity_rounding, 2
    from {{ ref('stg_stripe__plans') }}
    union all
    -- a price that no list shows still stands in the items that bill it
    select
        account_id, coalesce(price_id, plan_id), product_id, currency, unit_amount_minor, unit_amount_decimal_minor, billing_scheme, null,
        billing_interval, billing_interval_count, usage_type, null, null, 3
    from {{ ref('stg_stripe__subscription_items') }}
    where coalesce(price_id, plan_id) is not null and billing_interval is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, price_id order by preference, unit_amount_minor, product_id, billing_interval
        ) as place
    from priced
)

select
    ranked.account_id,
    ranked.price_id,
    ranked.product_id,
    ranked.currency,
    currencies.exponent,
    coalesce(ranked.unit_amount_decimal_minor, ranked.unit_amount_minor) as unit_amount_decimal_minor,
    coalesce(ranked.billing_scheme, 'per_unit') as billing_scheme,
    ranked.tiers_mode,
    ranked.billing_interval,
    coalesce(ranked.billing_interval_count, 1) as billing_interval_count,
    coalesce(ranked.usage_type = 'metered', false) as is_metered,
    ranked.quantity_divisor,
    ranked.quantity_rounding
from ranked
inner join {{ ref('int_currencies') }} as currencies on ranked.currency = currencies.currency
where ranked.place = 1
