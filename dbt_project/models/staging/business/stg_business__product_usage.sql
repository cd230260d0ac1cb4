select
    _account_id as account_id,
    customer_id,
    subscription_item_id,
    {{ day_of_text('month') }} as usage_month,
    {{ typed('quantity', 'bigint', 'quantity') }} as quantity,
    {{ typed('active_days', 'bigint', 'active_days') }} as active_days,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'product_usage') }}
