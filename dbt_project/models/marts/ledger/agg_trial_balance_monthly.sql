with

activity as (
    select
        account_id, currency, ledger_account, period_id,
        cast(sum(debit_minor) as bigint) as debit_minor,
        cast(sum(credit_minor) as bigint) as credit_minor
    from {{ ref('fct_ledger_postings') }}
    group by account_id, currency, ledger_account, period_id
),

first_periods as (
    select account_id, currency, ledger_account, min(period_id) as first_period_id
    from activity
    group by account_id, currency, ledger_account
),

-- quiet periods carry their balance too
spine as (
    select first_periods.account_id, first_periods.currency, first_periods.ledger_account, periods.period_id
    from first_periods
    inner join {{ ref('dim_periods') }} as periods on first_periods.first_period_id <= periods.period_id
),

balances as (
    select
        spine.account_id,
        spine.currency,
        spine.ledger_account,
        spine.period_id,
        coalesce(activity.debit_minor, 0) as debit_minor,
        coalesce(activity.credit_minor, 0) as credit_minor,
        cast(sum(coalesce(activity.debit_minor, 0) - coalesce(activity.credit_minor, 0)) over (
            partition by spine.account_id, spine.currency, spine.ledger_account
            order by spine.period_id rows between unbounded preceding and current row
        ) as bigint) as closing_minor
    from spine
    left join activity
        on spine.account_id = activity.account_id
        and spine.currency = activity.currency
        and spine.ledger_account = activity.ledger_account
        and spine.period_id = activity.period_id
)

select
    account_id,
    currency,
    ledger_account,
    period_id,
    closing_minor - debit_minor + credit_minor as opening_minor,
    debit_minor,
    credit_minor,
    closing_minor
from balances
