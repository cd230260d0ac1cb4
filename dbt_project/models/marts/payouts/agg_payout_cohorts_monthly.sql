with

cohorts as (
    select
        cohorts.*,
        {{ month_start('payouts.arrival_date') }} as arrival_month
    from {{ ref('int_payout_cohorts') }} as cohorts
    left join {{ ref('fct_payout_reconciliation') }} as payouts
        on cohorts.account_id = payouts.account_id and cohorts.payout_id = payouts.payout_id
)

select
    account_id,
    currency,
    transaction_month,
    cast(sum(net_minor) as bigint) as payable_minor,
    cast(sum(case when state = 'pending' then net_minor else 0 end) as bigint) as pending_minor,
    cast(sum(case when state = 'paid' then net_minor else 0 end) as bigint) as paid_minor,
    cast(sum(case when state = 'paid' and arrival_month <= transaction_month then net_minor else 0 end) as bigint)
        as paid_same_month_minor,
    cast(sum(case when state = 'unattributed' then net_minor else 0 end) as bigint) as unattributed_minor
from cohorts
group by account_id, currency, transaction_month
