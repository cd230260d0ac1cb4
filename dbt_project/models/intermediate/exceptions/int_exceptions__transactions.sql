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

payouts as (
    select * from {{ ref('stg_stripe__payouts') }}
    where not is_deleted and is_automatic and created_at <= timestamptz '{{ run_value("as_of") }}'
),

members as (
    select account_id, payout_id, currency, cast(sum(net_minor) as bigint) as net_minor
    from transactions
    where payout_id is not null and payout_id is distinct from source_object_id
    group by account_id, payout_id, currency
),

payout_differences as (
    select
        payouts.account_id,
        'payout_members_differ' as kind,
        'payout' as object_kind,
        payouts.payout_id as object_id,
        payouts.currency,
        members.net_minor - payouts.amount_minor as amount_minor,
        payouts.created_at as opened_at,
        concat('its members sum to ', cast(members.net_minor as varchar), ', it paid ',
            cast(payouts.amount_minor as varchar)) as reason,
        'Export balance_transactions again for the time of the payout; a member is missing or repeated.' as suggested_action
    from payouts
    inner join members
        on payouts.account_id = members.account_id
        and payouts.payout_id = members.payout_id
        and payouts.currency = members.currency
    where members.net_minor <> payouts.amount_minor
        and coalesce(payouts.payout_method, 'standard') <> 'instant'
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
select * from payout_differences
union all
select * from source_differences
