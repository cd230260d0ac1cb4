{#-
What stands beside recurring revenue, by month and slice: changes of what is at risk, usage of metered prices as it was
billed, and subscriptions whose paid period ended, with those that went on.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

at_risk as (
    select * from {{ ref('int_subscription_item_mrr') }} where is_at_risk and mrr <> 0
),

periods as (
    select distinct account_id, subscription_id, subscription_item_id, period_end_at
    from {{ ref('int_subscription_lines') }}
    where not is_proration and period_end_at <= {{ as_of }}
),

renewals as (
    select
        periods.account_id, periods.subscription_id, periods.period_end_at,
        mrr.currency, mrr.price_id, mrr.product_id, mrr.billing_interval, mrr.billing_interval_count,
        coalesce(next_mrr.is_counted, mrr.until_at is null or mrr.until_at > periods.period_end_at) as is_renewed,
        count(*) over (partition by periods.account_id, periods.subscription_id, periods.period_end_at) as items
    from periods
    inner join {{ ref('int_subscription_item_mrr') }} as mrr
        on periods.account_id = mrr.account_id and periods.subscription_item_id = mrr.subscription_item_id
        and periods.period_end_at > mrr.effective_at and (mrr.until_at is null or periods.period_end_at <= mrr.until_at)
        and mrr.is_counted and mrr.mrr > 0
    left join {{ ref('int_subscription_item_mrr') }} as next_mrr
        on mrr.account_id = next_mrr.account_id and mrr.subscription_item_id = next_mrr.subscription_item_id
        -- as a key: a condition on one side beside it makes the engine compare every pair (50,000 subscriptions: two minutes)
        and case when periods.period_end_at = mrr.until_at then mrr.until_at end = next_mrr.effective_at
),

usage as (
    select
        lines.account_id, lines.currency, invoices.customer_id, coalesce(lines.price_id, lines.plan_id) as price_id, prices.product_id,
        prices.billing_interval, prices.billing_interval_count,
        {{ month_start(local_date(one_second_before('lines.period_end_at'))) }} as month,
        {{ monthly_amount(
            '(lines.amount_minor - coalesce(lines.total_discount_minor, 0))',
            'prices.billing_interval', 'prices.billing_interval_count', 'prices.exponent') }} as amount
    from {{ ref('stg_stripe__invoice_line_items') }} as lines
    inner join {{ ref('stg_stripe__invoices') }} as invoices
        on lines.account_id = invoices.account_id and lines.invoice_id = invoices.invoice_id
    inner join {{ ref('int_subscription_prices') }} as prices
        on lines.account_id = prices.account_id and coalesce(lines.price_id, lines.plan_id) = prices.price_id and prices.is_metered
    where not lines.is_deleted and not invoices.is_deleted and invoices.status not in ('draft', 'void') and invoices.finalized_at <= {{ as_of }}
        and lines.period_start_at < lines.period_end_at
),

-- a subscription with several items is up for renewal once, in each slice that it is in: those few are told by name
facts as (
    select account_id, subscription_id, null as customer_id, currency, price_id, product_id, billing_interval, billing_interval_count,
        {{ month_start(local_date('effective_at')) }} as month, mrr as at_risk_change, 0 as usage_mrr,
        0 as up, 0 as renewed, null as up_name, null as renewed_name
    from at_risk
    union all
    select account_id, subscription_id, null, currency, price_id, product_id, billing_interval, billing_interval_count,
        {{ month_start(local_date('until_at')) }}, -mrr, 0, 0, 0, null, null
    from at_risk where until_at is not null
    union all
    select account_id, null, customer_id, currency, price_id, product_id, billing_interval, billing_interval_count, month, 0, amount, 0, 0, null, null
    from usage
    union all
    select account_id, subscription_id, null, currency, price_id, product_id, billing_interval, billing_interval_count,
        {{ month_start(local_date('period_end_at')) }}, 0, 0,
        case when items = 1 then 1 else 0 end,
        case when items = 1 and is_renewed then 1 else 0 end,
        case when items > 1 then concat(subscription_id, cast({{ seconds_of('period_end_at') }} as varchar)) end,
        case when items > 1 and is_renewed then concat(subscription_id, cast({{ seconds_of('period_end_at') }} as varchar)) end
    from renewals
),

-- few rows, before they are looked at by each slice
placed as (
    select
        facts.account_id, facts.currency, facts.price_id, facts.product_id, facts.month,
        {{ interval_name('facts.billing_interval', 'facts.billing_interval_count') }} as billing_interval,
        customers.country, facts.up_name, facts.renewed_name,
        sum(facts.at_risk_change) as at_risk_change, sum(facts.usage_mrr) as usage_mrr, sum(facts.up) as up, sum(facts.renewed) as renewed
    from facts
    left join {{ ref('int_subscription_lives') }} as lives
        on facts.account_id = lives.account_id and facts.subscription_id = lives.subscription_id
    left join {{ ref('stg_stripe__customers') }} as customers
        on facts.account_id = customers.account_id and coalesce(facts.customer_id, lives.customer_id) = customers.customer_id
    group by
        facts.account_id, facts.currency, facts.price_id, facts.product_id, facts.month,
        {{ interval_name('facts.billing_interval', 'facts.billing_interval_count') }},
        customers.country, facts.up_name, facts.renewed_name
)

{% for kind, value in mrr_slices().items() -%}
select
    account_id, currency, '{{ kind }}' as slice_kind, {{ value }} as slice_value, month,
    cast(sum(at_risk_change) as decimal(18, 4)) as at_risk_change,
    cast(sum(usage_mrr) as decimal(18, 4)) as usage_mrr,
    cast(sum(up) + count(distinct up_name) as bigint) as up_for_renewal,
    cast(sum(renewed) + count(distinct renewed_name) as bigint) as renewed
from placed
group by account_id, currency, {{ value }}, month
{{ 'union all' if not loop.last }}
{% endfor %}
