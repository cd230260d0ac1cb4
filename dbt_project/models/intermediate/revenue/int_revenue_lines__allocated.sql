{#-
Where stand-alone selling prices are known, the price of an invoice is shared out by them (ASC 606-10-32-31): lines without
one count as sold at theirs. Shares are cut to minor units, and what that leaves goes to the largest remainders.
-#}
with

lines as (
    select * from {{ ref('int_revenue_lines__ruled') }}
),

prices as (
    select
        lines.account_id, lines.component_id, prices.unit_price_minor,
        -- a price before a product, one's own before everyone's, the newest of them
        row_number() over (
            partition by lines.account_id, lines.component_id
            order by prices.price_id is null, prices.account_id is null, prices.from_date desc nulls last, prices.standalone_price_id
        ) as preference
    from lines
    inner join {{ ref('int_standalone_prices') }} as prices
        on (prices.account_id is null or lines.account_id = prices.account_id)
        and lines.currency = lower(prices.currency)
        and (prices.price_id is null or lines.price_id = prices.price_id)
        and (prices.product_id is null or lines.product_id = prices.product_id)
        and coalesce(prices.price_id, prices.product_id) is not null
        and (prices.from_date is null or {{ local_date('lines.booked_at') }} >= prices.from_date)
    where lines.bill_kind = 'invoice' and lines.amount_minor > 0 and lines.contract_id is null
),

bills as (
    select distinct lines.account_id, lines.bill_id
    from lines
    inner join prices on lines.account_id = prices.account_id and lines.component_id = prices.component_id and prices.preference = 1
),

weighed as (
    select
        lines.account_id, lines.component_id, lines.bill_id, lines.amount_minor,
        coalesce(prices.unit_price_minor * lines.quantity, lines.amount_minor) as worth
    from lines
    inner join bills on lines.account_id = bills.account_id and lines.bill_id = bills.bill_id
    left join prices on lines.account_id = prices.account_id and lines.component_id = prices.component_id and prices.preference = 1
    where lines.amount_minor > 0 and lines.contract_id is null
),

summed as (
    select
        account_id, component_id, bill_id, worth,
        sum(amount_minor) over (partition by account_id, bill_id) as price_minor,
        sum(worth) over (partition by account_id, bill_id) as whole_worth
    from weighed
),

cut as (
    select account_id, component_id, bill_id, price_minor, {{ whole_and_rest('price_minor', 'worth', 'nullif(whole_worth, 0)') }}
    from summed
),

shares as (
    select
        account_id, component_id,
        whole_minor + case when row_number() over (partition by account_id, bill_id order by left_over desc, component_id)
            <= price_minor - sum(whole_minor) over (partition by account_id, bill_id) then 1 else 0 end as amount_minor
    from cut
)

select
    {{ all_but(['amount_minor'], 'lines') }},
    cast(coalesce(shares.amount_minor, lines.amount_minor) as bigint) as amount_minor
from lines
left join shares on lines.account_id = shares.account_id and lines.component_id = shares.component_id
