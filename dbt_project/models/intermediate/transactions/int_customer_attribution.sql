{#- Where each customer came from: its first attribution; of one instant the first channel and campaign by name. -#}
with

ranked as (
    select
        attribution.account_id, keys.customer_id, attribution.channel, attribution.campaign, attribution.attributed_at,
        row_number() over (
            partition by attribution.account_id, keys.customer_id
            order by attribution.attributed_at, attribution.channel, attribution.campaign, keys.customer_key
        ) as place
    from {{ ref('stg_business__marketing_attribution') }} as attribution
    inner join {{ ref('int_customer_keys') }} as keys
        on attribution.account_id = keys.account_id and attribution.customer_id = keys.customer_key
    where attribution.attributed_at <= timestamptz '{{ run_value("as_of") }}'
)

select account_id, customer_id, channel, nullif(trim(campaign), '') as campaign, attributed_at
from ranked
where place = 1 and customer_id is not null
