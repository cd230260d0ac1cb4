-- depends_on: {{ ref("int_transactions__changed") }}
with

transactions as (
    select staged.*
    from {{ ref('stg_stripe__balance_transactions') }} as staged
    {%- if is_incremental() %}
    inner join {{ ref('int_transactions__changed') }} as changed
        on staged.account_id = changed.account_id and staged.transaction_id = changed.transaction_id
    {%- endif %}
    where not staged.is_deleted
        and staged.created_at <= timestamptz '{{ run_value("as_of") }}'
),

types as (
    select * from {{ ref('int_balance_transaction_types') }}
),

sources as (
    select * from {{ ref('int_transaction_sources__unioned') }}
),

charges as (
    select * from {{ ref('int_charges__with_flow') }}
),

members as (
    select * from {{ ref('stg_stripe__payout_members') }}
),

linked as (
    select
        transactions.*,
        -- an adjustment is a dispute when a dispute stands behind it; Sigma and the API state the category themselves
        coalesce(
            transactions.reporting_category,
            case when transactions.transaction_type = 'adjustment' and sources.object_kind = 'dispute'
                then case when transactions.gross_minor > 0 then 'dispute_reversal' else 'dispute' end
            end,
            types.reporting_category,
            'unknown'
        ) as category,
        types.flow_type as type_flow,
        sources.object_kind,
        {{ id_or_prefix('sources.refund_id', ['re_', 'pyr_']) }} as refund_id,
        {{ id_or_prefix('sources.dispute_id', ['dp_', 'du_']) }} as dispute_id,
        {{ id_or_prefix('sources.application_fee_id', ['fee_']) }} as own_fee_id,
        sources.transfer_id as own_transfer_id,
        {{ id_or_prefix('sources.charge_id', ['ch_', 'py_']) }} as charge_id,
        sources.counterparty_account_id as own_counterparty,
        sources.flow_type as own_flow,
        sources.presentment_currency as own_currency,
        case when transactions.gross_minor < 0 then -sources.presentment_minor else sources.presentment_minor end as own_minor,
        members.payout_id as listed_payout_id
    from transactions
    left join types on transactions.transaction_type = types.transaction_type
    left join sources
        on transactions.account_id = sources.account_id and transactions.source_object_id = sources.source_object_id
    left join members
        on transactions.account_id = members.account_id and transactions.transaction_id = members.transaction_id
)

select
    linked.account_id,
    linked.transaction_id,
    linked.transaction_type,
    linked.category as reporting_category,
    linked.source_object_id,
    linked.charge_id,
    linked.refund_id,
    linked.dispute_id,
    -- a payout's own row belongs to it; the row that brings a failed one back belongs to the payout that pays it again
    case when linked.transaction_type = 'payout' and {{ text_starts_with('linked.source_object_id', 'po_') }} then linked.source_object_id
        else coalesce(linked.payout_id, linked.listed_payout_id,
            case when {{ text_starts_with('linked.source_object_id', 'po_') }} then linked.source_object_id end)
    end as payout_id,
    coalesce(linked.own_transfer_id, charges.transfer_id) as transfer_id,
    coalesce(linked.own_fee_id, charges.application_fee_id) as application_fee_id,
    charges.customer_id,
    charges.invoice_id,
    charges.subscription_id,
    case
        when linked.type_flow in ('payout', 'fee') then linked.type_flow
        when linked.own_flow is not null then linked.own_flow
        when linked.type_flow = 'charge' and linked.charge_id is not null
            then coalesce(charges.flow_type, case when linked.account_id = 'platform' then 'platform_only' else 'direct' end)
        else 'other'
    end as flow_type,
    coalesce(linked.own_counterparty, charges.counterparty_account_id) as counterparty_account_id,
    linked.currency,
    linked.gross_minor,
    linked.fee_minor,
    linked.net_minor,
    case
        when linked.object_kind is null and charges.charge_id is not null then charges.currency
        when linked.own_currency is not null then linked.own_currency
        when linked.exchange_rate is null then linked.currency
    end as presentment_currency,
    case
        when linked.object_kind is null and charges.charge_id is not null then
            case when charges.currency = linked.currency then linked.gross_minor
                when linked.gross_minor < 0 then -charges.amount_minor else charges.amount_minor end
        when linked.own_currency = linked.currency then linked.gross_minor
        when linked.own_currency is not null then linked.own_minor
        when linked.exchange_rate is null then linked.gross_minor
    end as presentment_minor,
    linked.exchange_rate,
    linked.status,
    linked.created_at,
    linked.available_at,
    {{ local_date('linked.created_at') }} as reporting_date,
    linked.source_system,
    linked.recorded_at
from linked
left join charges
    on linked.account_id = charges.account_id and linked.charge_id = charges.charge_id
