with

-- a type that tieout does not know is an exception of its own already
suspense as (
    select
        items.account_id,
        'posted_to_suspense' as kind,
        'balance_transaction' as object_kind,
        items.clearing_id as object_id,
        items.currency,
        items.balance_minor as amount_minor,
        items.opened_at,
        concat('no posting rule for a leg of the category ', transactions.reporting_category) as reason,
        'Add a rule to company/posting_rules.csv.' as suggested_action
    from {{ ref('fct_clearing_items') }} as items
    inner join {{ ref('fct_transactions') }} as transactions
        on items.account_id = transactions.account_id
        and items.clearing_id = transactions.transaction_id
    inner join {{ ref('int_balance_transaction_types') }} as types
        on transactions.transaction_type = types.transaction_type
    where items.ledger_account = 'suspense'
),

overdue as (
    select
        account_id,
        'clearing_overdue' as kind,
        case ledger_account
            when 'payouts_in_transit' then 'payout'
            when 'instant_payout_advances' then 'payout'
            when 'topups_in_transit' then 'topup'
            when 'transfer_clearing' then 'transfer'
            when 'application_fee_clearing' then 'application_fee'
            when 'charge_clearing' then 'charge'
            when 'adjustment_clearing' then 'balance_transaction'
            else 'clearing_item'
        end as object_kind,
        clearing_id as object_id,
        currency,
        balance_minor as amount_minor,
        opened_at,
        concat(ledger_account, ' should have been zero by ', cast(expected_clear_date as varchar), ': ',
            coalesce(finding, concat('awaits ', awaits))) as reason,
        case awaits
            when 'bank' then 'Look for its bank line (tieout review list), or ask the bank for it; without statements, export the payouts again.'
            when 'counterparty' then 'Export the rows of the other tenant again, or find out which tenant they were given to.'
            when 'stripe' then 'Export balance_transactions again; if the other side stays away, ask Stripe.'
            else 'Find out what it was and classify it with an adjustment.'
        end as suggested_action
    from {{ ref('fct_clearing_items') }} as items
    where items.is_overdue and items.ledger_account <> 'suspense'
        -- what the bank should show and does not is told by its match
        and not exists (
            select 1
            from {{ ref('fct_match_members') }} as members
            left join {{ ref('fct_transactions') }} as transactions
                on members.account_id = transactions.account_id and members.object_id = transactions.transaction_id
            where members.match_kind = 'payout_bank'
                and members.side = 'left'
                and members.account_id = items.account_id
                and items.clearing_id in (members.object_id, transactions.source_object_id)
        )
),

differing as (
    select
        *,
        row_number() over (partition by account_id, currency order by stated_at desc, stated_by) as recency
    from {{ ref('fct_balance_proof') }}
    where stated_minor is not null
),

balances as (
    select
        account_id,
        'balance_differs' as kind,
        'balance' as object_kind,
        concat(account_id, ':', currency) as object_id,
        currency,
        difference_minor as amount_minor,
        stated_at as opened_at,
        concat('the ledger has ', cast(ledger_minor as varchar), ', Stripe states ', cast(stated_minor as varchar),
            ' (', stated_by, ')') as reason,
        'If the history is older than the exports, state company/opening_balances.csv; else export balance_transactions again.'
            as suggested_action
    from differing
    where recency = 1 and difference_minor <> 0
)

select * from suspense
union all
select * from overdue
union all
select * from balances
