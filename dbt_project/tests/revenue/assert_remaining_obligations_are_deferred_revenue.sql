{{ config(meta={'dagster': {'ref': {'name': 'agg_remaining_obligations'}}}) }}
-- Guards every period end, not only the last: what is billed and remains to be recognized is the deferred revenue of the
-- ledger, less what no schedule follows (opening balances, parts of refunds that come back from sellers). Closed periods
-- stand as they were frozen; what changed since is in the first open one.
with

posted as (
    select
        account_id, currency, period_id,
        sum(deferred_billed_minor - deferred_recognized_minor + deferred_adjusted_minor - deferred_unscheduled_minor) as moved_minor
    from {{ ref('int_deferred_movements') }}
    group by account_id, currency, period_id
),

remaining as (
    select account_id, currency, {{ period_text('as_of_date') }} as period_id, sum(deferred_minor) as remaining_minor
    from {{ ref('agg_remaining_obligations') }}
    group by account_id, currency, {{ period_text('as_of_date') }}
),

books as (
    select distinct account_id, currency from posted
    union
    select distinct account_id, currency from remaining
),

sides as (
    select
        books.account_id, books.currency, periods.period_id, periods.status,
        coalesce(remaining.remaining_minor, 0) as remaining_minor,
        sum(coalesce(posted.moved_minor, 0)) over (
            partition by books.account_id, books.currency order by periods.period_id rows between unbounded preceding and current row
        ) as deferred_minor
    from books
    cross join {{ ref('dim_periods') }} as periods
    left join posted
        on books.account_id = posted.account_id and books.currency = posted.currency and periods.period_id = posted.period_id
    left join remaining
        on books.account_id = remaining.account_id and books.currency = remaining.currency
        and periods.period_id = remaining.period_id
)

select * from sides where remaining_minor <> deferred_minor and status <> 'closed'
