select
    _account_id as account_id,
    ticket_id,
    customer_id,
    kind,
    {{ instant('opened_at') }} as opened_at,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'support_tickets') }}
