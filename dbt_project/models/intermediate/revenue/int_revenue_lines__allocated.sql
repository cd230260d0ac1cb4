{#-
Where stand-alone selling prices are known, the price of an invoice is shared out by them (ASC 606-10-32-31): lines without
one count as sold at theirs. The shares add up, because each is a difference of cumulative ones.
-#}
with

lines as (
    select * from {{ ref('int_revenue_lines__ruled') }}
),

prices as (
    select
        lines.account_id, lines.component_id,
        {{ first_by('prices.unit_price_minor', "case when prices.price_id is not null then 0 else 1 end") }} as unit_price_minor
    from lines
    inner join {{ ref('int_standalone_prices') }} as prices
        on (prices.account_id is null or lines.account_id = prices.account_id)
        and lines.currency = lower(prices.currency)
        and (prices.price_id is null or lines.price_id = prices.price_id)
        and (prices.product_id is null or lines.product_id = prices.product_id)
        and coalesce(prices.price_id, prices.product_id) is not null
        and (prices.from_date is null or {{ local_date('lines.booked_at') }} >= prices.from_date)
    where lines.bill_kind = 'invoice' and lines.amount_minor > 0
    group by lines.account_id, lines.component_id
),

bills as (
    select distinct lines.account_id, lines.bill_id
    from lines
    inner join prices on lines.account_id = prices.account_id and lines.component_id = prices.component_id
),

weighed as (
    select
        lines.account_id, lines.component_id, lines.bill_id, lines.amount_minor,
        coalesce(prices.unit_price_minor * lines.quantity, lines.amount_minor) as worth
    from lines
    inner join bills on lines.account_id = bills.account_id and lines.bill_id = bills.bill_id
    left join prices on lines.account_id = prices.account_id and lines.component_id = prices.component_id
    where lines.amount_minor > 0
),

running as (
    select
        account_id, component_id, worth,
        sum(amount_minor) over (partition by account_id, bill_id) as price_minor,
        sum(worth) over (partition by account_id, bill_id) as whole_worth,
        sum(worth) over (partition by account_id, bill_id order by component_id) as worth_through
    from weighed
),

shares as (
    select
        account_id, component_id,
        {{ share_of('price_minor', 'worth_through', 'whole_worth') }}
        - {{ share_of('price_minor', 'worth_through - worth', 'whole_worth') }} as amount_minor
    from running
)

select
    {{ all_but(['amount_minor'], 'lines') }},
    coalesce(shares.amount_minor, lines.amount_minor) as amount_minor
from lines
left join shares on lines.account_id = shares.account_id and lines.component_id = shares.component_id
