with

transactions as (
    select * from {{ ref('fct_transactions') }}
),

unknown_types as (
    select
        transactions.account_id,
        'unknown_transaction_type' as kind,
        'balance_transaction' as object_kind,
        transactions.transaction_id as object_id,
        transactions.currency,
        transactions.net_minor as amount_minor,
        transactions.created_at as opened_at,
        concat('tieout does not know the type ', transactions.transaction_type) as reason,
        'Look it up at Stripe and add it to the seed balance_transaction_types.' as suggested_action
    from transactions
    left join {{ ref('int_balance_transaction_types') }} as types
        on transactions.transaction_type = types.transaction_type
    where types.transaction_type is null
),

orphans as (
    select
        account_id,
        'orphan_reference' as kind,
        object_kind,
        object_id,
        currency,
        min(amount_minor) as amount_minor,
        min(created_at) as opened_at,
        concat('names ', {{ joined_text('missing_id') }}, ', which no file of ',
            {{ joined_text('missing_from') }}, ' holds') as reason,
        'Export the missing table for the whole time, with a control file.' as suggested_action
    from {{ ref('int_references__dangling') }}
    where not is_proven
        -- what is refunded or disputed may be older than the export: valid, unless the charges are known to be whole
        and object_kind not in ('refund', 'dispute')
    group by account_id, object_kind, object_id, currency
),

source_differences as (
    select
        account_id,
        'source_difference' as kind,
        object_kind,
        object_id,
        currency,
        amount_minor,
        created_at as opened_at,
        concat('missing from ', {{ joined_text('missing_from') }}, ', although ',
            case when bool_or(is_in_sigma) then 'Sigma ' else '' end,
            case when bool_or(is_in_lists) then 'lists ' else '' end,
            case when bool_or(is_in_events) then 'events ' else '' end, 'hold it') as reason,
        'Export or extract the time of this object again; if it stays away, ask Stripe.' as suggested_action
    from {{ ref('int_sources__differences') }}
    where explanation is null
    group by account_id, object_kind, object_id, currency, amount_minor, created_at
)

select * from unknown_types
union all
select * from orphans
union all
select * from source_differences
