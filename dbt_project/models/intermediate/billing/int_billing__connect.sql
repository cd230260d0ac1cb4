{#- Money between platform and sellers that sells nothing: separate transfers, what is given back, fees that sellers pay. -#}
with

movements as (
    select * from {{ ref('int_revenue_movements') }}
    where reporting_category in ('transfer', 'transfer_reversal', 'connect_collection_transfer')
),

reversals as (
    select account_id, transfer_reversal_id, source_refund_id from {{ ref('stg_stripe__transfer_reversals') }}
),

passed_on as (
    select distinct account_id, entry_object_id from {{ ref('int_billing__sold') }} where entry_kind = 'payment'
),

placed as (
    select
        movements.*,
        case
            when movements.reporting_category = 'connect_collection_transfer' then 'connect_transfer_loss'
            when movements.flow_type <> 'destination' or movements.reporting_category = 'transfer' then 'connect_transfers'
            -- its refund has reckoned with it
            when reversals.source_refund_id is not null and movements.account_id = 'platform' then 'deferred_revenue'
            else 'connect_transfer_loss'
        end as other_account
    from movements
    left join reversals
        on movements.account_id = reversals.account_id and movements.source_object_id = reversals.transfer_reversal_id
    left join passed_on on movements.account_id = passed_on.account_id and movements.transaction_id = passed_on.entry_object_id
    where passed_on.entry_object_id is null
),

rules as (
    select tenant, flow_type, reporting_category, ledger_account, clearing_key from {{ ref('int_posting_rules__resolved') }}
    where leg = 'application_fee'
),

fees as (
    select
        transactions.account_id, transactions.transaction_id, transactions.currency, transactions.created_at, transactions.recorded_at,
        rules.ledger_account as clearing_account,
        {{ clearing_id('rules.clearing_key', 'transactions') }} as clearing_id,
        sum(details.amount_minor) as fee_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }} as details
    inner join {{ ref('fct_transactions') }} as transactions
        on details.account_id = transactions.account_id and details.transaction_id = transactions.transaction_id
    inner join rules
        on transactions.reporting_category = rules.reporting_category
        and {{ tenant_kind('transactions.account_id') }} = rules.tenant
        and transactions.flow_type = rules.flow_type
    where details.fee_type = 'application_fee' and not details.is_deleted
    group by all
),

legs as (
    select account_id, transaction_id as entry_object_id, 'passed' as entry_suffix, reporting_category as entry_kind,
        coalesce(transfer_id, source_object_id, transaction_id) as source_object_id, cast(null as varchar) as invoice_id, currency,
        'clearing' as leg, clearing_account as ledger_account, clearing_id, gross_minor as debit_minor,
        created_at as effective_at, recorded_at
    from placed
    union all
    select account_id, transaction_id, 'passed', reporting_category, coalesce(transfer_id, source_object_id, transaction_id), null, currency,
        case other_account when 'deferred_revenue' then 'given_back' else 'other' end, other_account, null, -gross_minor, created_at, recorded_at
    from placed
    union all
    select account_id, transaction_id, 'fee', 'platform_fee', clearing_id, null, currency, 'clearing', clearing_account, clearing_id,
        -fee_minor, created_at, recorded_at
    from fees
    union all
    select account_id, transaction_id, 'fee', 'platform_fee', clearing_id, null, currency, 'fee', 'platform_fees', null,
        fee_minor, created_at, recorded_at
    from fees
)

select * from legs where debit_minor <> 0
