with

received as (
    select
        _account_id as account_id,
        customer_id,
        channel,
        campaign,
        nullif({{ typed('currency', 'varchar', 'currency') }}, '') as currency,
        {{ typed("nullif(cost_minor, '')", 'bigint', 'cost_minor') }} as cost_minor,
        {{ instant('attributed_at') }} as attributed_at,
        _observed_at as observed_at,
        _received_at as recorded_at,
        _load_seq as load_seq
    from {{ source('business', 'marketing_attribution') }}
),

-- one instant may be written in two ways
ranked as (
    select
        *,
        row_number() over (
            partition by account_id, customer_id, channel, campaign, attributed_at
            order by observed_at desc, recorded_at, load_seq
        ) as recency
    from received
)

select {{ all_but(['recency']) }}
from ranked
where recency = 1
