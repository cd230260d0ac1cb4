{#- What the bank should show: payouts that arrive, payouts that come back, and money that Stripe takes for top-ups. -#}
with

feeds as (
    select * from {{ ref('int_bank_feeds') }}
),

payouts as (
    select * from {{ ref('fct_payout_reconciliation') }}
),

topups as (
    select transactions.*, topups.statement_descriptor
    from {{ ref('fct_transactions') }} as transactions
    left join {{ ref('stg_stripe__topups') }} as topups
        on transactions.account_id = topups.account_id and transactions.source_object_id = topups.topup_id
    where transactions.reporting_category in ('topup', 'topup_reversal')
),

movements as (
    select
        account_id, 'payout' as object_kind, payout_id as object_id, payout_id, currency,
        coalesce(paid_date, arrival_date) as due_date,
        payout_minor as amount_minor, fee_minor, coalesce(statement_descriptor, {{ default_descriptor() }}) as descriptor,
        trace_id
    from payouts
    -- one that is still on its way is expected too; one that failed before it arrived never was
    where paid_date is not null or payout_status in ('pending', 'in_transit')
    union all
    select
        account_id, 'payout_return', coalesce(return_transaction_id, concat(payout_id, ':return')), payout_id, currency,
        returned_date, -payout_minor, 0, coalesce(statement_descriptor, {{ default_descriptor() }}), trace_id
    from payouts
    where paid_date is not null and returned_date is not null
    union all
    select
        account_id, case when gross_minor > 0 then 'topup' else 'topup_return' end, transaction_id, null, currency,
        reporting_date, -gross_minor, 0, coalesce(statement_descriptor, 'STRIPE TOPUP'), null
    from topups
    where gross_minor <> 0
)

select
    movements.object_id as id,
    movements.object_kind,
    movements.object_id,
    movements.payout_id,
    movements.account_id as scope,
    movements.currency,
    coalesce(open_days.open_date, movements.due_date) as date,
    movements.due_date,
    movements.amount_minor,
    movements.fee_minor,
    movements.descriptor as text,
    movements.trace_id as reference,
    {{ processor_name() }} as entity,
    feeds.to_date as known_until
from movements
inner join feeds on movements.account_id = feeds.account_id and movements.currency = feeds.currency
left join {{ ref('int_bank_open_days') }} as open_days
    on feeds.calendar = open_days.calendar and movements.due_date = open_days.date
where movements.due_date >= feeds.from_date
