{#- The bank's side of payouts and top-ups: by Stripe's word, and where there are statements by the bank's. -#}
{%- set is_increment = run_value('built_through') != '0' -%}
-- depends_on: {{ ref('int_ledger__changed') }}
with

-- what falls into the days of a bank's statements waits for its line
awaited as (
    select scope as account_id, object_kind, coalesce(payout_id, object_id) as source_object_id
    from {{ ref('int_match_items__payouts') }}
),

arrivals as (
    select arrivals.* from {{ ref('int_ledger__payout_arrivals') }} as arrivals
    {%- if is_increment %}
    inner join {{ ref('int_ledger__changed') }} as changed
        on arrivals.account_id = changed.account_id and arrivals.payout_id = changed.source_id
    {%- endif %}
),

topups as (
    select * from {{ ref('int_ledger__transactions') }}
    where gross_account in ('topups_in_transit', 'inbound_transfers_in_transit') and gross_minor <> 0
),

told as (
    select
        account_id, 'payout' as object_kind, payout_id as source_object_id, currency, 'payout_arrival' as entry_kind, 'arrival' as suffix,
        'payouts_in_transit' as clearing_account, payout_id as clearing_id, amount_minor as bank_minor,
        arrived_at as effective_at, arrival_date as posting_date,
        -- a payout that was received before its day could not be known to have arrived
        greatest(recorded_at, arrived_at) as recorded_at, cast(null as varchar) as reverses_entry_id
    from arrivals
    union all
    select
        account_id, 'payout_return', payout_id, currency, 'payout_return', 'return',
        'payouts_in_transit', payout_id, -amount_minor,
        returned_at, return_date, return_recorded_at, concat(account_id, ':', payout_id, ':arrival')
    from arrivals
    where returned_at is not null
    union all
    -- the bank was debited before Stripe booked a top-up, and gets a reversed one back
    select
        account_id, case when gross_minor > 0 then 'topup' else 'topup_return' end, transaction_id, currency,
        case when gross_minor > 0 then 'topup_debit' else 'topup_return' end, 'bank',
        gross_account, coalesce(source_object_id, transaction_id), -gross_minor,
        created_at, reporting_date, recorded_at, null
    from topups
),

movements as (
    select told.*
    from told
    left join awaited
        on told.account_id = awaited.account_id
        and told.object_kind = awaited.object_kind
        and told.source_object_id = awaited.source_object_id
    where awaited.source_object_id is null
)

select
    concat(account_id, ':', source_object_id, ':', suffix) as entry_id,
    entry_kind,
    account_id,
    source_object_id,
    currency,
    'bank' as leg,
    'bank_unverified' as ledger_account,
    cast(null as varchar) as clearing_id,
    bank_minor as debit_minor,
    effective_at,
    posting_date,
    recorded_at,
    reverses_entry_id,
    cast(null as varchar) as counterparty_account_id,
    false as is_mirror
from movements
union all
select
    concat(account_id, ':', source_object_id, ':', suffix), entry_kind, account_id, source_object_id, currency,
    'clearing', clearing_account, clearing_id, -bank_minor, effective_at, posting_date, recorded_at, reverses_entry_id,
    null, false
from movements
union all
select
    entry_id, entry_kind, account_id, source_object_id, currency, leg, ledger_account, clearing_id, debit_minor,
    effective_at, posting_date, recorded_at, reverses_entry_id, counterparty_account_id, is_mirror
from {{ ref('int_ledger__matched_postings') }}
