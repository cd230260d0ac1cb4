select
    _account_id as account_id,
    account_id as stated_account_id,
    name,
    official_name,
    {{ day_of_text('from_date') }} as from_date,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'account_map') }}
