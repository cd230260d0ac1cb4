{#-
What a quantity costs per billing interval, in whole minor units: by its price, by tiers, else as a whole period of it was last
billed. Null where none of them tells; then `amount_source` is `unknown`.
-#}
with

pairs as (
    select distinct account_id, price_id, quantity from {{ ref('int_subscription_versions') }} where quantity > 0
),

priced as (
    select
        pairs.*,
        prices.unit_amount_decimal_minor, prices.billing_scheme, prices.tiers_mode, prices.is_metered,
        case
            when prices.quantity_divisor is null or prices.quantity_divisor = 0 then pairs.quantity
            when prices.quantity_rounding = 'up' then {{ whole_times('pairs.quantity + prices.quantity_divisor - 1', 'prices.quantity_divisor') }}
            else {{ whole_times('pairs.quantity', 'prices.quantity_divisor') }}
        end as units
    from pairs
    inner join {{ ref('int_subscription_prices') }} as prices
        on pairs.account_id = prices.account_id and pairs.price_id = prices.price_id
),

tiers as (
    select
        account_id, price_id,
        coalesce({{ whole_number('up_to') }}, 9000000000000000) as up_to,
        coalesce(unit_amount_decimal_minor, unit_amount_minor, 0) as unit_minor,
        coalesce(flat_amount_decimal_minor, flat_amount_minor, 0) as flat_minor
    from {{ ref('stg_stripe__price_tiers') }}
    where not is_deleted
),

tiers_from as (
    select *, coalesce(lag(up_to) over (partition by account_id, price_id order by up_to), 0) as beyond from tiers
),

-- graduated: each unit in its tier; volume: every unit in the tier of the last one
tiered as (
    select
        priced.account_id, priced.price_id, priced.quantity,
        cast(sum(case
            when priced.tiers_mode = 'volume' then {{ money_of('priced.units', 'tiers_from.unit_minor') }}
            else {{ money_of('least(priced.units, tiers_from.up_to) - tiers_from.beyond', 'tiers_from.unit_minor') }}
        end + {{ money_of('1', 'tiers_from.flat_minor') }}) as bigint) as amount_minor
    from priced
    inner join tiers_from
        on priced.account_id = tiers_from.account_id and priced.price_id = tiers_from.price_id
        and priced.units > tiers_from.beyond and (priced.tiers_mode <> 'volume' or priced.units <= tiers_from.up_to)
    where priced.billing_scheme = 'tiered' and not priced.is_metered
    group by priced.account_id, priced.price_id, priced.quantity
),

billed as (
    select lines.account_id, lines.price_id, lines.quantity, {{ first_by('lines.amount_minor', '-' ~ seconds_of('lines.period_start_at')) }} as amount_minor
    from {{ ref('int_subscription_lines') }} as lines
    where not lines.is_proration and lines.amount_minor > 0
    group by lines.account_id, lines.price_id, lines.quantity
)

select
    priced.account_id,
    priced.price_id,
    priced.quantity,
    case
        when priced.is_metered then 0
        when priced.billing_scheme = 'tiered' then coalesce(tiered.amount_minor, billed.amount_minor)
        when priced.unit_amount_decimal_minor is not null then {{ money_of('priced.units', 'priced.unit_amount_decimal_minor') }}
        else billed.amount_minor
    end as amount_minor,
    case
        when priced.is_metered then 'usage'
        when tiered.amount_minor is not null then 'tiers'
        when priced.billing_scheme <> 'tiered' and priced.unit_amount_decimal_minor is not null then 'price'
        when billed.amount_minor is not null then 'invoice_line'
        else 'unknown'
    end as amount_source
from priced
left join tiered
    on priced.account_id = tiered.account_id and priced.price_id = tiered.price_id and priced.quantity = tiered.quantity
left join billed
    on priced.account_id = billed.account_id and priced.price_id = billed.price_id and priced.quantity = billed.quantity
