{#- Balance transactions that take back what was sold, or bring back what was taken, with the bill that they belong to. -#}
with

movements as (
    select * from {{ ref('int_revenue_movements') }}
),

-- what a credit note pays back is the credit note's
credited as (
    select account_id, refund_id from {{ ref('stg_stripe__credit_note_refunds') }}
    union
    select account_id, refund_id from {{ ref('stg_stripe__credit_notes') }} where refund_id is not null and not is_deleted
),

-- of a destination charge the seller gives back a part of the refund
given_back as (
    select reversals.account_id, reversals.source_refund_id as refund_id, sum(movements.gross_minor) as gross_minor
    from {{ ref('stg_stripe__transfer_reversals') }} as reversals
    inner join movements
        on reversals.account_id = movements.account_id and reversals.transfer_reversal_id = movements.source_object_id
        and movements.reporting_category = 'transfer_reversal' and movements.flow_type = 'destination'
    where reversals.source_refund_id is not null
    group by reversals.account_id, reversals.source_refund_id
),

bills as (
    select
        account_id, bill_kind, bill_id,
        bool_or(is_passed_on) as is_passed_on,
        sum(books_minor) as net_minor,
        sum(books_minor + tax_minor) as gross_minor
    from {{ ref('int_revenue_lines') }}
    group by account_id, bill_kind, bill_id
),

placed as (
    select
        movements.*,
        case when movements.reporting_category = 'platform_earning_refund' then 'application_fee'
            when movements.invoice_id is not null then 'invoice' else 'payment' end as bill_kind,
        case when movements.reporting_category = 'platform_earning_refund' then movements.sold_id
            else coalesce(movements.invoice_id, movements.sold_id) end as bill_id
    from movements
    left join credited on movements.account_id = credited.account_id and movements.refund_id = credited.refund_id
    where movements.reporting_category in (
        'refund', 'refund_failure', 'dispute', 'dispute_reversal', 'platform_earning_refund', 'charge_failure'
    )
    and credited.refund_id is null
    -- an invoice whose payment failed is only unpaid again
    and not (movements.reporting_category = 'charge_failure' and movements.invoice_id is not null)
),

priced as (
    select
        placed.account_id,
        placed.bill_kind,
        placed.bill_id,
        placed.transaction_id as event_id,
        placed.reporting_category as kind,
        placed.created_at as happened_at,
        case
            when bills.is_passed_on then
                -- without anything given back the platform alone has lost it, which does not touch its own revenue
                case when given_back.gross_minor is null and placed.reporting_category <> 'refund_failure' then 0
                    else abs(placed.gross_minor) - coalesce(given_back.gross_minor, 0) end
            when placed.bill_kind = 'application_fee' then abs(placed.gross_minor)
            else abs(placed.presentment_minor)
        end as amount_minor,
        -- the money itself, in the books; closes the clearing item
        placed.gross_minor,
        coalesce(given_back.gross_minor, 0) as given_back_minor,
        coalesce(bills.is_passed_on, false) as is_passed_on,
        case placed.reporting_category when 'refund_failure' then placed.refund_id when 'dispute_reversal' then placed.dispute_id
            when 'refund' then placed.refund_id when 'dispute' then placed.dispute_id end as document_id,
        placed.recorded_at,
        bills.net_minor,
        bills.gross_minor as bill_minor
    from placed
    inner join bills
        on placed.account_id = bills.account_id and placed.bill_kind = bills.bill_kind and placed.bill_id = bills.bill_id
    left join given_back on placed.account_id = given_back.account_id and placed.refund_id = given_back.refund_id
)

select
    account_id, bill_kind, bill_id, event_id, kind, happened_at,
    {%- if run_value('refund_tax') == 'prorata' %}
    coalesce({{ share_of('amount_minor', 'net_minor', 'nullif(bill_minor, 0)') }}, amount_minor) as amount_minor,
    amount_minor - coalesce({{ share_of('amount_minor', 'net_minor', 'nullif(bill_minor, 0)') }}, amount_minor) as tax_minor,
    {%- else %}
    -- without a credit note a refund takes nothing off the tax (docs.stripe.com/revenue-recognition/examples/tax)
    amount_minor,
    cast(0 as bigint) as tax_minor,
    {%- endif %}
    gross_minor, given_back_minor, is_passed_on, document_id, recorded_at
from priced
