{%- set amounts = ['billed', 'recognized', 'recognized_from_opening', 'adjusted', 'settled', 'reclassified', 'fx', 'moved'] -%}
with

movements as (
    select * from {{ ref('int_balance_movements') }}
),

first_periods as (
    select account_id, currency, balance_kind, min(period_id) as first_period_id
    from movements
    group by account_id, currency, balance_kind
),

-- quiet periods carry their balance too
spine as (
    select first_periods.account_id, first_periods.currency, first_periods.balance_kind, periods.period_id
    from first_periods
    inner join {{ ref('dim_periods') }} as periods on first_periods.first_period_id <= periods.period_id
),

unpaid as (
    select account_id, currency, period_id, 'contract_liability' as balance_kind, sum(unpaid_minor) as unpaid_minor
    from {{ ref('int_deferred_unpaid') }}
    group by account_id, currency, period_id
),

balances as (
    select
        spine.account_id, spine.currency, spine.balance_kind, spine.period_id,
        {%- for name in amounts %}
        coalesce(movements.{{ name }}_minor, 0) as {{ name }}_minor,
        {%- endfor %}
        sum(coalesce(movements.moved_minor, 0)) over (
            partition by spine.account_id, spine.currency, spine.balance_kind
            order by spine.period_id rows between unbounded preceding and current row
        ) as closing_minor,
        coalesce(unpaid.unpaid_minor, 0) as unpaid_deferred_minor
    from spine
    left join movements
        on spine.account_id = movements.account_id and spine.currency = movements.currency
        and spine.balance_kind = movements.balance_kind and spine.period_id = movements.period_id
    left join unpaid
        on spine.account_id = unpaid.account_id and spine.currency = unpaid.currency
        and spine.balance_kind = unpaid.balance_kind and spine.period_id = unpaid.period_id
)

select
    account_id,
    currency,
    period_id,
    balance_kind,
    cast(closing_minor - moved_minor as bigint) as opening_minor,
    billed_minor,
    recognized_minor,
    recognized_from_opening_minor,
    adjusted_minor,
    settled_minor,
    reclassified_minor,
    fx_minor,
    cast(closing_minor as bigint) as closing_minor,
    cast(unpaid_deferred_minor as bigint) as unpaid_deferred_minor
from balances
