-- depends_on: {{ ref('int_transactions__changed') }}
with

transactions as (
    select transactions.*
    from {{ ref('fct_transactions') }} as transactions
    {%- if is_incremental() %}
    inner join {{ ref('int_transactions__changed') }} as changed
        on transactions.account_id = changed.account_id and transactions.transaction_id = changed.transaction_id
    {%- endif %}
    -- a payout's own transactions name it too
    where transactions.payout_id is not null and transactions.payout_id is distinct from transactions.source_object_id
),

listed as (
    select * from {{ ref('stg_stripe__payout_members') }} where not is_deleted
),

named as (
    select
        transactions.account_id,
        transactions.payout_id,
        transactions.transaction_id,
        'by_id' as membership,
        -- the transaction and the list of its payout may disagree, and so may two lists
        case when listed.payout_id <> transactions.payout_id then listed.payout_id
            else listed.other_payout_id end as other_payout_id,
        transactions.currency,
        transactions.reporting_category,
        transactions.gross_minor,
        transactions.fee_minor,
        transactions.net_minor
    from transactions
    left join listed
        on transactions.account_id = listed.account_id and transactions.transaction_id = listed.transaction_id
),

inferred as (
    select
        unpaid.account_id,
        sweeps.payout_id,
        unpaid.transaction_id,
        'inferred' as membership,
        cast(null as varchar) as other_payout_id,
        unpaid.currency,
        unpaid.reporting_category,
        unpaid.gross_minor,
        unpaid.fee_minor,
        unpaid.net_minor
    from {{ ref('int_payouts__sweeps') }} as sweeps
    inner join {{ ref('int_payouts__unpaid') }} as unpaid
        on sweeps.account_id = unpaid.account_id
        and sweeps.currency = unpaid.currency
        and sweeps.until_date >= unpaid.sweep_date
        and (sweeps.after_date is null or sweeps.after_date < unpaid.sweep_date)
    where sweeps.found_minor = sweeps.swept_minor
        and sweeps.found_count > 0
        and sweeps.by_hand_count = 0
        and not sweeps.has_several_pools
)

select * from named
union all
select * from inferred
