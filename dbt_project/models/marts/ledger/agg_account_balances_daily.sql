{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

transactions as (
    select account_id, currency, net_minor, reporting_date, greatest(available_at, created_at) as free_at
    from {{ ref('fct_transactions') }}
),

mirrors as (
    select * from {{ ref('int_ledger__mirror_legs') }}
),

changes as (
    select
        account_id, currency, reporting_date as posting_date, 0 as available_minor, net_minor as pending_minor,
        0 as reserved_minor, 0 as in_transit_minor, 0 as owed_by_platform_minor, 0 as owed_to_platform_minor
    from transactions
    union all
    select account_id, currency, {{ local_date('free_at') }}, net_minor, -net_minor, 0, 0, 0, 0
    from transactions
    where free_at <= {{ as_of }}
    union all
    select account_id, currency, posting_date, debit_minor - credit_minor, 0, 0, 0, 0, 0
    from {{ ref('fct_ledger_postings') }}
    where ledger_account = 'stripe_balance'
        and (entry_kind = 'opening_balance' or entry_kind = 'correction' and leg = 'opening')
    union all
    select
        account_id, currency, posting_date, 0, 0,
        case when ledger_account <> 'payouts_in_transit' then debit_minor - credit_minor else 0 end,
        case when ledger_account = 'payouts_in_transit' then debit_minor - credit_minor else 0 end,
        0, 0
    from {{ ref('fct_ledger_postings') }}
    where ledger_account in (
        'payouts_in_transit', 'connect_reserves', 'risk_reserves', 'network_reserves', 'minimum_balance_holds'
    )
    union all
    -- on its way from the platform, until the account's payment stands beside it
    select
        case when is_source then counterparty_account_id else account_id end, currency, {{ local_date('effective_at') }},
        0, 0, 0, 0, amount_minor, 0
    from mirrors
    where ledger_account = 'transfer_clearing' and case when is_source then counterparty_account_id else account_id end <> 'platform'
    union all
    -- fees taken that the platform has not booked yet
    select
        case when is_source then account_id else counterparty_account_id end, currency, {{ local_date('effective_at') }},
        0, 0, 0, 0, 0, amount_minor
    from mirrors
    where ledger_account = 'application_fee_clearing' and case when is_source then account_id else counterparty_account_id end <> 'platform'
    union all
    -- negative balances that the platform paid for: the account's side of a collection is a credit
    select account_id, currency, {{ local_date('effective_at') }}, 0, 0, 0, 0, 0, -amount_minor
    from mirrors
    where ledger_account = 'collection_clearing' and not is_source
),

days as (
    select
        account_id, currency, posting_date,
        sum(available_minor) as available_minor,
        sum(pending_minor) as pending_minor,
        sum(reserved_minor) as reserved_minor,
        sum(in_transit_minor) as in_transit_minor,
        sum(owed_by_platform_minor) as owed_by_platform_minor,
        sum(owed_to_platform_minor) as owed_to_platform_minor
    from changes
    group by account_id, currency, posting_date
),

balances as (
    select
        account_id, currency, posting_date
        {%- for name in ['available', 'pending', 'reserved', 'in_transit', 'owed_by_platform', 'owed_to_platform'] %},
        cast(sum({{ name }}_minor) over so_far as bigint) as {{ name }}_minor
        {%- endfor %}
    from days
    window so_far as (
        partition by account_id, currency order by posting_date rows between unbounded preceding and current row
    )
)

select
    *,
    cast(greatest(-available_minor - pending_minor, 0) as bigint) as negative_minor
from balances
