{{ config(meta={'dagster': {'ref': {'name': 'agg_revenue_monthly'}}}) }}
-- Guards the reports against the books: revenue of a month is what the recognition subledger credited to revenue, every
-- kind of slice adds up to it, and the waterfall shows the same revenue less contra.
with

reported as (
    select account_id, currency, revenue_month, slice_kind, sum(revenue_minor) as revenue_minor, sum(net_revenue_minor) as net_revenue_minor
    from {{ ref('agg_revenue_monthly') }}
    group by account_id, currency, revenue_month, slice_kind
),

posted as (
    select account_id, currency, service_month as revenue_month, sum(credit_minor - debit_minor) as revenue_minor
    from {{ ref('fct_ledger_postings') }}
    where subledger = 'recognition' and ledger_account = 'revenue'
    group by account_id, currency, service_month
),

waterfall as (
    select account_id, currency, recognized_month as revenue_month, sum(posted_minor) as net_revenue_minor
    from {{ ref('agg_revenue_waterfall') }}
    group by account_id, currency, recognized_month
),

kinds as (
    {%- for kind in ['all', 'product', 'customer', 'price', 'obligation', 'party'] %}
    select '{{ kind }}' as slice_kind
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

expected as (
    select
        coalesce(posted.account_id, waterfall.account_id) as account_id,
        coalesce(posted.currency, waterfall.currency) as currency,
        coalesce(posted.revenue_month, waterfall.revenue_month) as revenue_month,
        kinds.slice_kind,
        coalesce(posted.revenue_minor, 0) as revenue_minor,
        coalesce(waterfall.net_revenue_minor, 0) as net_revenue_minor
    from posted
    full outer join waterfall
        on posted.account_id = waterfall.account_id and posted.currency = waterfall.currency
        and posted.revenue_month = waterfall.revenue_month
    cross join kinds
)

select
    coalesce(expected.account_id, reported.account_id) as account_id,
    coalesce(expected.currency, reported.currency) as currency,
    coalesce(expected.revenue_month, reported.revenue_month) as revenue_month,
    coalesce(expected.slice_kind, reported.slice_kind) as slice_kind,
    expected.revenue_minor as ledger_minor,
    reported.revenue_minor,
    expected.net_revenue_minor as waterfall_minor,
    reported.net_revenue_minor
from expected
full outer join reported
    on expected.account_id = reported.account_id and expected.currency = reported.currency
    and expected.revenue_month = reported.revenue_month and expected.slice_kind = reported.slice_kind
where coalesce(expected.revenue_minor, 0) <> coalesce(reported.revenue_minor, 0)
    or coalesce(expected.net_revenue_minor, 0) <> coalesce(reported.net_revenue_minor, 0)
