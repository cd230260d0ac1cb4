select
    _account_id as account_id,
    fulfilment_id,
    object_id,
    {{ typed('amount_minor', 'bigint', 'amount_minor') }} as amount_minor,
    {{ typed('quantity', 'bigint', 'quantity') }} as quantity,
    {{ instant('fulfilled_at') }} as fulfilled_at,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'fulfilments') }}
