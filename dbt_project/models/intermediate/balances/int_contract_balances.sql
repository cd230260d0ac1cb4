{#-
Deferred revenue and unbilled receivable of each contract as a balance sheet shows them: a credit in unbilled is a
liability; asset and liability of one contract are one of the two (ASC 606-10-45-1). What had to change sides is stated.
-#}
with

movements as (
    select
        account_id, currency, contract_id, period_id
        {%- for name in [
            'deferred_billed', 'deferred_recognized', 'deferred_adjusted', 'unbilled_billed', 'unbilled_recognized', 'unbilled_adjusted',
            'recognized_before'
        ] %},
        sum({{ name }}_minor) as {{ name }}_minor
        {%- endfor %}
    from {{ ref('int_deferred_movements') }}
    group by account_id, currency, contract_id, period_id
),

moved as (
    select
        *,
        deferred_billed_minor - deferred_recognized_minor + deferred_adjusted_minor as deferred_moved_minor,
        unbilled_recognized_minor - unbilled_billed_minor + unbilled_adjusted_minor as unbilled_moved_minor
    from movements
),

summed as (
    select
        *,
        sum(deferred_moved_minor) over so_far as deferred_minor,
        sum(unbilled_moved_minor) over so_far as unbilled_minor
    from moved
    window so_far as (
        partition by account_id, currency, contract_id order by period_id rows between unbounded preceding and current row
    )
),

-- what the contract owes its customer, net: credits of unbilled service are owed too
netted as (
    select
        *,
        deferred_minor - least(unbilled_minor, 0) as net_minor,
        deferred_minor - deferred_moved_minor - least(unbilled_minor - unbilled_moved_minor, 0) as opening_net_minor
    from summed
),

standing as (
    select
        *,
        greatest(net_minor, 0) as liability_minor,
        greatest(opening_net_minor, 0) as opening_liability_minor,
        greatest(-net_minor, 0) as asset_minor,
        greatest(-opening_net_minor, 0) as opening_asset_minor,
        greatest(unbilled_minor, 0) as receivable_minor,
        greatest(unbilled_minor - unbilled_moved_minor, 0) as opening_receivable_minor,
        -- only what is an asset all the way moves as one
        net_minor <= 0 and opening_net_minor <= 0 and least(net_minor, opening_net_minor) < 0 as is_asset
    from netted
)

select
    *,
    liability_minor - opening_liability_minor - case when is_asset then 0 else deferred_moved_minor end as liability_reclassified_minor,
    asset_minor - opening_asset_minor + case when is_asset then deferred_moved_minor else 0 end as asset_reclassified_minor,
    receivable_minor - opening_receivable_minor - unbilled_moved_minor as receivable_reclassified_minor,
    least(greatest(recognized_before_minor, 0), opening_liability_minor) as recognized_from_opening_minor
from standing
