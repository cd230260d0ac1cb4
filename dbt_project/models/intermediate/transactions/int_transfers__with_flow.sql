with

transfers as (
    select * from {{ ref('stg_stripe__transfers') }} where not is_deleted
),

-- a destination charge names the transfer that Stripe made for it
destination_transfers as (
    select distinct account_id, transfer_id
    from {{ ref('stg_stripe__charges') }}
    where transfer_id is not null
),

int_transfers__with_flow as (
    select
        transfers.account_id,
        transfers.transfer_id,
        transfers.destination_account_id,
        transfers.source_transaction_id,
        transfers.transfer_group,
        transfers.currency,
        transfers.amount_minor,
        case when destination_transfers.transfer_id is not null then 'destination' else 'separate' end as flow_type,
        transfers.load_seq
    from transfers
    left join destination_transfers
        on transfers.account_id = destination_transfers.account_id
        and transfers.transfer_id = destination_transfers.transfer_id
)

select * from int_transfers__with_flow
