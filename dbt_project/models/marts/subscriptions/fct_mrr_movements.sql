select
    {{ text_hash("concat_ws('|', account_id, customer_id, currency, cast(" ~ seconds_of('moved_at') ~ " as varchar))") }} as movement_id,
    account_id,
    customer_id,
    currency,
    moved_at,
    month,
    movement,
    mrr_before,
    mrr_after,
    change,
    reason
from {{ ref('int_mrr_movements') }}
