{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

-- also what was spent on people who never paid, or whom nobody knows
costs as (
    select
        account_id, currency, channel, {{ month_number(local_date('attributed_at')) }} as acquired_number,
        count(*) as attribution_count, sum(cost_minor) as cost_minor
    from {{ ref('stg_business__marketing_attribution') }}
    where cost_minor is not null and attributed_at <= {{ as_of }}
    group by account_id, currency, channel, {{ month_number(local_date('attributed_at')) }}
),

customers as (
    select
        account_id, customer_id, acquisition_channel as channel, {{ month_number(local_date('attributed_at')) }} as acquired_number
    from {{ ref('dim_customers') }}
    where acquisition_channel is not null
),

acquired as (
    select costs.account_id, costs.currency, costs.channel, costs.acquired_number, count(*) as customers
    from costs
    inner join customers
        on costs.account_id = customers.account_id and costs.channel = customers.channel
        and costs.acquired_number = customers.acquired_number
    group by costs.account_id, costs.currency, costs.channel, costs.acquired_number
),

-- who paid before they were acquired counts from then on
changes as (
    select
        movements.account_id, movements.currency, customers.channel, customers.acquired_number,
        greatest({{ month_number('movements.month') }}, customers.acquired_number) as month_number,
        sum(movements.change) as change,
        count(case when movements.movement = 'new' then 1 end) as payers
    from {{ ref('int_mrr_movements') }} as movements
    inner join customers on movements.account_id = customers.account_id and movements.customer_id = customers.customer_id
    group by
        movements.account_id, movements.currency, customers.channel, customers.acquired_number,
        greatest({{ month_number('movements.month') }}, customers.acquired_number)
),

months as (
    select costs.*, {{ each_of(numbers_between('costs.acquired_number', 'observed.last_whole_month_number')) }} as month_number
    from costs
    inner join {{ ref('int_accounts_observed') }} as observed on costs.account_id = observed.account_id
),

earned as (
    select
        months.*,
        sum(coalesce(changes.change, 0)) over path as mrr,
        sum(coalesce(changes.payers, 0)) over path as payers
    from months
    left join changes
        on months.account_id = changes.account_id and months.currency = changes.currency and months.channel = changes.channel
        and months.acquired_number = changes.acquired_number and months.month_number = changes.month_number
    window path as (
        partition by months.account_id, months.currency, months.channel, months.acquired_number order by months.month_number
        rows between unbounded preceding and current row
    )
),

summed as (
    select
        *,
        sum(mrr) over (
            partition by account_id, currency, channel, acquired_number order by month_number
            rows between unbounded preceding and current row
        ) as revenue
    from earned
),

-- whole numbers on both sides: ten-thousandths of minor units
reached as (
    select
        summed.account_id, summed.currency, summed.channel, summed.acquired_number,
        count(*) as months_observed,
        max(summed.payers) as payers,
        {{ first_by('summed.mrr', '-summed.month_number') }} as mrr,
        {{ first_by('summed.revenue', '-summed.month_number') }} as revenue,
        min(case when {{ ten_thousandths('summed.revenue', 'currencies.exponent') }} >= summed.cost_minor * 10000
            then summed.month_number end) as paid_number
    from summed
    inner join {{ ref('int_currencies') }} as currencies on summed.currency = currencies.currency
    group by summed.account_id, summed.currency, summed.channel, summed.acquired_number
)

select
    costs.account_id,
    costs.currency,
    costs.channel,
    {{ month_of_number('costs.acquired_number') }} as acquired_month,
    cast(costs.attribution_count as bigint) as attribution_count,
    cast(costs.cost_minor as bigint) as cost_minor,
    cast(coalesce(acquired.customers, 0) as bigint) as customers,
    cast(coalesce(reached.payers, 0) as bigint) as paying_customers,
    cast(coalesce(reached.mrr, 0) as decimal(18, 4)) as mrr,
    cast(coalesce(reached.months_observed, 0) as bigint) as months_observed,
    cast(coalesce(reached.revenue, 0) as decimal(18, 4)) as recurring_revenue,
    reached.paid_number is not null as is_paid_back,
    cast(reached.paid_number - costs.acquired_number + 1 as bigint) as payback_months
from costs
{%- for other in ['acquired', 'reached'] %}
left join {{ other }}
    on costs.account_id = {{ other }}.account_id and costs.currency = {{ other }}.currency
    and costs.channel = {{ other }}.channel and costs.acquired_number = {{ other }}.acquired_number
{%- endfor %}
