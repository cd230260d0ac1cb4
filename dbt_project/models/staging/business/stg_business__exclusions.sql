select
    _account_id as account_id,
    object_id,
    reason,
    {{ instant('excluded_at') }} as excluded_at,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'exclusions') }}
