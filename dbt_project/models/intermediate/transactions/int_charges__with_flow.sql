with

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

invoice_payments as (
    select * from {{ ref('stg_stripe__invoice_payments') }} where not is_deleted
),

-- API versions since `basil` name the invoice of a charge only through its payment; the paid one comes first
invoices_by_intent as (
    select account_id, payment_intent_id, min(invoice_id) as invoice_id
    from invoice_payments
    where payment_intent_id is not null
    group by account_id, payment_intent_id
),

invoices_by_charge as (
    select account_id, charge_id, min(invoice_id) as invoice_id
    from invoice_payments
    where charge_id is not null
    group by account_id, charge_id
),

invoices as (
    select account_id, invoice_id, subscription_id from {{ ref('stg_stripe__invoices') }}
),

transfers as (
    select * from {{ ref('int_transfers__with_flow') }}
),

funding_transfers as (
    select source_transaction_id, min(destination_account_id) as destination_account_id
    from transfers
    where account_id = 'platform' and flow_type = 'separate' and source_transaction_id is not null
    group by source_transaction_id
    having count(distinct destination_account_id) = 1
    union all
    select source_transaction_id, cast(null as varchar) as destination_account_id
    from transfers
    where account_id = 'platform' and flow_type = 'separate' and source_transaction_id is not null
    group by source_transaction_id
    having count(distinct destination_account_id) <> 1
),

grouped_transfers as (
    select distinct transfer_group
    from transfers
    where account_id = 'platform' and flow_type = 'separate' and transfer_group is not null
),

-- direct charges may be told apart from ordinary ones by the platform's fee object before the charge names it
fees as (
    select connected_account_id as account_id, charge_id, min(application_fee_id) as application_fee_id
    from {{ ref('stg_stripe__application_fees') }}
    where charge_id is not null
    group by connected_account_id, charge_id
),

int_charges__with_flow as (
    select
        charges.account_id,
        charges.charge_id,
        charges.customer_id,
        coalesce(charges.invoice_id, invoices_by_charge.invoice_id, invoices_by_intent.invoice_id) as invoice_id,
        invoices.subscription_id,
        coalesce(charges.transfer_id, charges.source_transfer_id) as transfer_id,
        coalesce(charges.application_fee_id, fees.application_fee_id) as application_fee_id,
        charges.currency,
        charges.amount_minor,
        case
            when charges.account_id = 'platform' then case
                when charges.transfer_id is not null or charges.destination_account_id is not null then 'destination'
                when funding_transfers.source_transaction_id is not null then 'separate'
                when grouped_transfers.transfer_group is not null then 'separate'
                else 'platform_only'
            end
            when charges.source_transfer_id is not null then coalesce(parent_transfers.flow_type, 'separate')
            else 'direct'
        end as flow_type,
        case
            when charges.account_id = 'platform'
                then coalesce(charges.destination_account_id, own_transfers.destination_account_id, funding_transfers.destination_account_id)
            when charges.source_transfer_id is not null then 'platform'
            when coalesce(charges.application_fee_id, fees.application_fee_id) is not null then 'platform'
        end as counterparty_account_id
    from charges
    left join invoices_by_charge
        on charges.account_id = invoices_by_charge.account_id and charges.charge_id = invoices_by_charge.charge_id
    left join invoices_by_intent
        on charges.account_id = invoices_by_intent.account_id
        and charges.payment_intent_id = invoices_by_intent.payment_intent_id
    left join invoices
        on charges.account_id = invoices.account_id
        and coalesce(charges.invoice_id, invoices_by_charge.invoice_id, invoices_by_intent.invoice_id) = invoices.invoice_id
    left join funding_transfers
        on charges.account_id = 'platform' and charges.charge_id = funding_transfers.source_transaction_id
    left join grouped_transfers
        on charges.account_id = 'platform' and charges.transfer_group = grouped_transfers.transfer_group
    left join transfers as own_transfers
        on charges.account_id = own_transfers.account_id and charges.transfer_id = own_transfers.transfer_id
    left join transfers as parent_transfers
        on parent_transfers.account_id = 'platform' and charges.source_transfer_id = parent_transfers.transfer_id
    left join fees
        on charges.account_id = fees.account_id and charges.charge_id = fees.charge_id
)

select * from int_charges__with_flow
