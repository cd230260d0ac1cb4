{#-
Payouts as they stood at `as_of`, each with its own balance transaction and the one that brought it back.

Sources state the last state only; what a payout became after `as_of` is taken back by the days it became so.
-#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

payouts as (
    select * from {{ ref('stg_stripe__payouts') }}
    where not is_deleted and created_at <= {{ as_of }}
),

own_rows as (
    select account_id, source_object_id as payout_id, min(transaction_id) as transaction_id
    from {{ ref('fct_transactions') }}
    where transaction_type = 'payout' and source_object_id is not null
    group by account_id, source_object_id
),

-- a payout that lacks its own transaction's id is still the source of one
identified as (
    select payouts.*, coalesce(payouts.balance_transaction_id, own_rows.transaction_id) as own_transaction_id
    from payouts
    left join own_rows on payouts.account_id = own_rows.account_id and payouts.payout_id = own_rows.payout_id
),

-- also those after `as_of`: a state that came later was not there yet
returns as (
    select account_id, source_object_id as payout_id, min(created_at) as returned_at,
        min(transaction_id) as return_transaction_id
    from {{ ref('stg_stripe__balance_transactions') }}
    where not is_deleted and transaction_type in ('payout_failure', 'payout_cancel')
    group by account_id, source_object_id
),

dated as (
    select
        identified.*,
        own.fee_minor,
        -- what the payout took off the balance; a fee of its own comes on top of what the bank gets
        identified.amount_minor + coalesce(own.fee_minor, 0) as swept_minor,
        own.transaction_id is not null as has_own_transaction,
        -- a reversal is a payout of a negative amount, and its own transaction is of the type of a return
        case when (returns.return_transaction_id is distinct from identified.own_transaction_id)
            then returns.returned_at end as returned_at,
        case when (returns.return_transaction_id is distinct from identified.own_transaction_id)
            then returns.return_transaction_id end as return_transaction_id,
        -- an instant payout arrives on the day on which it was made
        greatest(identified.arrival_at, identified.created_at) as arrives_at
    from identified
    left join {{ ref('fct_transactions') }} as own
        on identified.account_id = own.account_id and identified.own_transaction_id = own.transaction_id
    left join returns
        on identified.account_id = returns.account_id and identified.payout_id = returns.payout_id
)

select
    account_id,
    payout_id,
    currency,
    is_automatic,
    payout_method as method,
    source_type,
    case
        when status in ('failed', 'canceled') and returned_at > {{ as_of }}
            then case when arrives_at <= {{ as_of }} then 'paid' else 'in_transit' end
        when status = 'paid' and arrives_at > {{ as_of }} then 'in_transit'
        else status
    end as payout_status,
    reconciliation_status,
    amount_minor,
    cast(coalesce(fee_minor, 0) as bigint) as fee_minor,
    cast(swept_minor as bigint) as swept_minor,
    own_transaction_id,
    has_own_transaction,
    case when returned_at <= {{ as_of }} then return_transaction_id end as return_transaction_id,
    original_payout_id,
    reversed_by_payout_id,
    destination_id,
    trace_id,
    trace_id_status,
    statement_descriptor,
    failure_code,
    created_at,
    {{ local_date('created_at') }} as created_date,
    {{ utc_date('arrival_at') }} as arrival_date,
    -- the day of the UTC midnight up to which an automatic payout takes what is available
    {{ utc_date('created_at') }} as swept_date,
    {{ local_date('case when returned_at <= ' ~ as_of ~ ' then returned_at end') }} as returned_date
from dated
