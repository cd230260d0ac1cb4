{#-
What stands between the sales of a payout and the payout, line by line: positive amounts make the payout smaller.

Fees are what Stripe's details say; what no detail speaks of is the processing fee.
-#}
with

codes as (
    select * from {{ ref('payout_residual_codes') }}
),

-- a refund of less than its charge; both stand in the currency that the customer saw
partial_refunds as (
    select refunds.account_id, transactions.transaction_id
    from {{ ref('stg_stripe__refunds') }} as refunds
    inner join {{ ref('stg_stripe__charges') }} as charges
        on refunds.account_id = charges.account_id and refunds.charge_id = charges.charge_id
    inner join {{ ref('fct_transactions') }} as transactions
        on refunds.account_id = transactions.account_id and refunds.refund_id = transactions.source_object_id
    where refunds.amount_minor < charges.amount_minor and transactions.reporting_category = 'refund'
),

fee_details as (
    select account_id, transaction_id,
        case when fee_type = 'application_fee' then 'application_fee' else 'fee_tax' end as code,
        cast(sum(amount_minor) as bigint) as amount_minor
    from {{ ref('stg_stripe__balance_transaction_fee_details') }}
    where not is_deleted and fee_type in ('application_fee', 'tax', 'withheld_tax')
    group by account_id, transaction_id, case when fee_type = 'application_fee' then 'application_fee' else 'fee_tax' end
),

-- what the details name is a part of the fee; the rest of it is Stripe's
special_fees as (
    select account_id, transaction_id, cast(sum(amount_minor) as bigint) as amount_minor
    from fee_details
    group by account_id, transaction_id
),

fees as (
    select
        members.account_id, members.payout_id, members.currency, members.transaction_id,
        case when members.reporting_category in ('dispute', 'dispute_reversal') then 'dispute_fee' else 'fee' end as code,
        members.fee_minor - case when members.reporting_category in ('dispute', 'dispute_reversal') then 0
            else coalesce(special_fees.amount_minor, 0) end as amount_minor
    from {{ ref('fct_payout_members') }} as members
    left join special_fees
        on members.account_id = special_fees.account_id and members.transaction_id = special_fees.transaction_id
    where members.fee_minor <> 0 or special_fees.amount_minor is not null
)

select
    members.account_id,
    members.payout_id,
    members.currency,
    members.transaction_id as evidence_id,
    case
        when partial_refunds.transaction_id is not null then 'partial_refund'
        when members.gross_minor < 0 then coalesce(codes.taken_code, 'unexplained')
        else coalesce(codes.given_code, 'unexplained')
    end as code,
    -members.gross_minor as amount_minor
from {{ ref('fct_payout_members') }} as members
left join codes on members.reporting_category = codes.reporting_category
left join partial_refunds
    on members.account_id = partial_refunds.account_id
    and members.transaction_id = partial_refunds.transaction_id
where members.reporting_category <> 'charge' and members.gross_minor <> 0
union all
select account_id, payout_id, currency, transaction_id, code, amount_minor from fees where amount_minor <> 0
union all
select
    members.account_id, members.payout_id, members.currency, members.transaction_id, fee_details.code,
    fee_details.amount_minor
from fee_details
inner join {{ ref('fct_payout_members') }} as members
    on fee_details.account_id = members.account_id and fee_details.transaction_id = members.transaction_id
where members.reporting_category not in ('dispute', 'dispute_reversal') and fee_details.amount_minor <> 0
union all
select account_id, payout_id, currency, own_transaction_id, 'fee', fee_minor
from {{ ref('int_payouts__dated') }}
where fee_minor <> 0
