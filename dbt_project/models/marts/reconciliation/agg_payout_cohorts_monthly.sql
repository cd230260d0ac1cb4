with

cohorts as (
    select
        cohorts.account_id, cohorts.currency, cohorts.transaction_month, cohorts.state, cohorts.net_minor,
        {{ month_start('payouts.arrival_date') }} as arrival_month,
        {{ month_start('arrivals.bank_date') }} as bank_month
    from {{ ref('int_payout_cohorts') }} as cohorts
    left join {{ ref('fct_payout_reconciliation') }} as payouts
        on cohorts.account_id = payouts.account_id and cohorts.payout_id = payouts.payout_id
    left join {{ ref('int_payouts__at_the_bank') }} as arrivals
        on cohorts.account_id = arrivals.account_id and cohorts.payout_id = arrivals.payout_id
),

-- by the month of the transactions, and once more by the month in which the bank had the money
months as (
    select
        account_id, currency, transaction_month, net_minor as payable_minor,
        case when state = 'pending' then net_minor else 0 end as pending_minor,
        case when state = 'paid' then net_minor else 0 end as paid_minor,
        case when state = 'paid' and arrival_month <= transaction_month then net_minor else 0 end as paid_same_month_minor,
        case when state = 'unattributed' then net_minor else 0 end as unattributed_minor,
        case when bank_month is not null then net_minor else 0 end as reconciled_minor,
        case when bank_month <= transaction_month then net_minor else 0 end as reconciled_same_month_minor,
        0 as bank_cash_minor
    from cohorts
    union all
    select account_id, currency, bank_month, 0, 0, 0, 0, 0, 0, 0, net_minor
    from cohorts
    where bank_month is not null
)

select
    account_id,
    currency,
    transaction_month,
    cast(sum(payable_minor) as bigint) as payable_minor,
    cast(sum(pending_minor) as bigint) as pending_minor,
    cast(sum(paid_minor) as bigint) as paid_minor,
    cast(sum(paid_same_month_minor) as bigint) as paid_same_month_minor,
    cast(sum(unattributed_minor) as bigint) as unattributed_minor,
    cast(sum(reconciled_minor) as bigint) as reconciled_minor,
    cast(sum(reconciled_same_month_minor) as bigint) as reconciled_same_month_minor,
    cast(sum(reconciled_minor) - sum(reconciled_same_month_minor) as bigint) as reconciled_later_minor,
    cast(sum(paid_minor) - sum(reconciled_minor) as bigint) as unreconciled_minor,
    cast(sum(bank_cash_minor) as bigint) as bank_cash_minor
from months
group by account_id, currency, transaction_month
