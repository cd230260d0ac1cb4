{#-
What each version of an obligation is worth: fixed prices agreed at one instant are shared out by stand-alone selling prices
(largest remainder), estimates stay with the obligation that they are of, less what the constraint holds back.
-#}
with

stated as (
    select
        *,
        row_number() over (partition by account_id, obligation_id order by effective_at) as version_number,
        first_value(quantity is not null) over (partition by account_id, obligation_id order by effective_at) as is_by_units
    from {{ ref('stg_business__contracts') }}
    where effective_at <= timestamptz '{{ run_value("as_of") }}'
),

pooled as (
    select
        account_id, contract_id, obligation_id, version_number, effective_at, standalone_minor,
        sum(price_minor) over agreed as pool_minor,
        sum(standalone_minor) over agreed as worth_minor
    from stated
    where standalone_minor > 0
    window agreed as (partition by account_id, contract_id, effective_at)
),

cut as (
    select *, {{ whole_and_rest('pool_minor', 'standalone_minor', 'worth_minor') }}
    from pooled
    where pool_minor > 0
),

shared as (
    select
        account_id, obligation_id, version_number, whole_minor,
        pool_minor - sum(whole_minor) over (partition by account_id, contract_id, effective_at) as left_minor,
        row_number() over (partition by account_id, contract_id, effective_at order by left_over desc, obligation_id) as place
    from cut
),

priced as (
    select
        stated.account_id, stated.contract_id, stated.obligation_id, stated.version_number, stated.is_by_units, stated.customer_id,
        stated.product_id, stated.currency, stated.effective_at, stated.recorded_at,
        stated.version_number > 1 and stated.treatment = 'prospective' as is_prospective,
        cast(coalesce(shared.whole_minor + case when shared.place <= shared.left_minor then 1 else 0 end, stated.price_minor)
            + coalesce(stated.variable_minor, 0)
            - coalesce(stated.constrained_minor, 0) as bigint) as price_minor,
        coalesce(stated.expected_returns_minor, 0) as expected_returns_minor,
        coalesce(stated.cost_minor, 0) as cost_minor,
        stated.service_start_at,
        coalesce(stated.service_end_at, stated.service_start_at) as service_end_at,
        case when stated.is_by_units then 0 else {{ service_unit('stated.service_start_at') }} end as starts_unit,
        case when stated.is_by_units then stated.quantity
            when stated.service_end_at > stated.service_start_at
                then greatest({{ service_unit('stated.service_end_at') }}, {{ service_unit('stated.service_start_at') }} + 1)
            else {{ service_unit('stated.service_start_at') }} end as ends_unit,
        case
            when stated.is_by_units and coalesce(stated.quantity, 0) <= 0 then 'has no quantity'
            when not stated.is_by_units and stated.service_start_at is null then 'has neither a quantity nor a start of service'
            when stated.service_end_at < stated.service_start_at then 'ends before it starts'
            when coalesce(stated.treatment, '') not in ('prospective', 'catch_up')
                and not (stated.version_number = 1 and coalesce(stated.treatment, '') = '')
                then 'changes earlier terms without saying how: prospective or catch_up'
        end as fault
    from stated
    left join shared
        on stated.account_id = shared.account_id and stated.obligation_id = shared.obligation_id
        and stated.version_number = shared.version_number
)

select
    *,
    -- one version that cannot be read leaves the whole obligation out, rather than half of it
    max(fault) over (partition by account_id, obligation_id) is not null as is_set_apart,
    {{ share_of('cost_minor', 'expected_returns_minor', 'nullif(price_minor, 0)') }} as return_asset_minor
from priced
