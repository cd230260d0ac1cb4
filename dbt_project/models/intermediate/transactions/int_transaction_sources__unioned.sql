{#- What stands behind a balance transaction when it is not a charge itself. Amounts are signed like the transaction. -#}
with

transfers as (
    select * from {{ ref('int_transfers__with_flow') }}
),

application_fees as (
    select * from {{ ref('stg_stripe__application_fees') }}
),

-- a fee names the account's own charge or payment, and for destination charges the platform's charge beside it
fees_with_flow as (
    select
        application_fees.*,
        case
            when application_fees.originating_transaction_id is not null or platform_charges.charge_id is not null
                then 'destination'
            else 'direct'
        end as flow_type,
        coalesce(application_fees.originating_transaction_id, platform_charges.charge_id) as own_charge_id
    from application_fees
    left join {{ ref('stg_stripe__charges') }} as platform_charges
        on application_fees.account_id = platform_charges.account_id
        and application_fees.charge_id = platform_charges.charge_id
),

int_transaction_sources__unioned as (
    select
        account_id, refund_id as source_object_id, 'refund' as object_kind, charge_id, refund_id,
        null as dispute_id, null as transfer_id, null as application_fee_id, null as counterparty_account_id,
        null as flow_type, currency as presentment_currency, amount_minor as presentment_minor
    from {{ ref('stg_stripe__refunds') }}
    union all
    select
        account_id, dispute_id, 'dispute', charge_id, null, dispute_id, null, null, null, null, currency, amount_minor
    from {{ ref('stg_stripe__disputes') }}
    union all
    select
        account_id, transfer_id, 'transfer', null, null, null, transfer_id, null, destination_account_id, flow_type,
        currency, amount_minor
    from transfers
    union all
    select
        reversals.account_id, reversals.transfer_reversal_id, 'transfer_reversal', null, null, null,
        reversals.transfer_id, null, transfers.destination_account_id, transfers.flow_type, reversals.currency,
        reversals.amount_minor
    from {{ ref('stg_stripe__transfer_reversals') }} as reversals
    left join transfers
        on reversals.account_id = transfers.account_id and reversals.transfer_id = transfers.transfer_id
    union all
    select
        account_id, application_fee_id, 'application_fee', own_charge_id, null, null, null, application_fee_id,
        connected_account_id, flow_type, currency, amount_minor
    from fees_with_flow
    union all
    select
        refunds.account_id, refunds.application_fee_refund_id, 'application_fee_refund', fees.own_charge_id, null, null,
        null, refunds.application_fee_id, fees.connected_account_id, fees.flow_type, refunds.currency,
        refunds.amount_minor
    from {{ ref('stg_stripe__application_fee_refunds') }} as refunds
    left join fees_with_flow as fees
        on refunds.account_id = fees.account_id and refunds.application_fee_id = fees.application_fee_id
)

select * from int_transaction_sources__unioned
