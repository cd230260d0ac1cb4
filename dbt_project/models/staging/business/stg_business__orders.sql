select
    _account_id as account_id,
    order_id,
    customer_reference,
    payment_reference,
    lower(trim(status)) as status,
    {{ typed('currency', 'varchar', 'currency') }} as currency,
    {{ typed('amount_minor', 'bigint', 'amount_minor') }} as amount_minor,
    {{ instant('ordered_at') }} as ordered_at,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'orders') }}
