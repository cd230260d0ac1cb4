{#- Deferred revenue of invoices that are neither paid nor due at the end of a period: as much of it as is still owed. -#}
with

movements as (
    select
        account_id, currency, bill_id, period_id,
        sum(deferred_billed_minor - deferred_recognized_minor + deferred_adjusted_minor) as moved_minor
    from {{ ref('int_deferred_movements') }}
    group by account_id, currency, bill_id, period_id
),

balances as (
    select
        account_id, currency, bill_id, period_id,
        sum(moved_minor) over (
            partition by account_id, currency, bill_id order by period_id rows between unbounded preceding and current row
        ) as deferred_minor,
        lead(period_id) over (partition by account_id, currency, bill_id order by period_id) as next_period_id
    from movements
)

select
    owed.account_id,
    owed.currency,
    owed.invoice_id,
    owed.period_id,
    cast(least(owed.open_minor, balances.deferred_minor) as bigint) as unpaid_minor
from {{ ref('int_receivables_open') }} as owed
inner join balances
    on owed.account_id = balances.account_id and owed.currency = balances.currency and owed.invoice_id = balances.bill_id
    and owed.period_id >= balances.period_id
    and (balances.next_period_id is null or owed.period_id < balances.next_period_id)
where owed.open_minor > 0 and balances.deferred_minor > 0 and owed.due_at > owed.looked_at
