select
    _account_id as account_id,
    contract_id,
    object_id,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'contract_bills') }}
