{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
{#- Days in which the other tenant's side of a movement should appear: Stripe makes fee objects asynchronously. -#}
{%- set mirror_grace_days = 3 -%}
{#- A bank sends a statement each month: one that is silent for longer no longer excuses what should have been seen. -#}
{%- set longest_silence_days = 35 -%}
with

accounts as (
    select ledger_account, awaits, clears_within_days from {{ ref('int_ledger_accounts') }} where account_class = 'clearing'
),

unmirrored as (
    select ledger_account, mirror_id, max(residual_code) as residual_code
    from {{ ref('fct_mirror_proof') }}
    where residual_minor <> 0
    group by ledger_account, mirror_id
),

items as (
    select
        postings.account_id,
        postings.ledger_account,
        coalesce(postings.clearing_id, postings.source_object_id) as clearing_id,
        postings.currency,
        cast(sum(postings.debit_minor - postings.credit_minor) as bigint) as balance_minor,
        min(postings.effective_at) as opened_at,
        bool_or(postings.is_mirror) as is_mirror
    from {{ ref('fct_ledger_postings') }} as postings
    inner join accounts on postings.ledger_account = accounts.ledger_account
    left join unmirrored
        on postings.ledger_account = unmirrored.ledger_account and postings.clearing_id = unmirrored.mirror_id
    -- that one tenant's books have classified it does not settle it with the other tenant
    where postings.is_mirror or unmirrored.mirror_id is null
    group by postings.account_id, postings.ledger_account, coalesce(postings.clearing_id, postings.source_object_id), postings.currency
    having sum(postings.debit_minor - postings.credit_minor) <> 0
),

-- what is not seen to clear after the last look at Stripe is not late yet: an export from March says nothing of April
looks as (
    select {{ tenant_kind('account_scope') }} as tenant, max(observed_at) as looked_at
    from {{ source('raw_meta', 'loads') }}
    group by {{ tenant_kind('account_scope') }}
),

horizons as (
    select least(min(looked_at), {{ as_of }}) as looked_at from looks
),

feeds as (
    select account_id, currency, to_date from {{ ref('int_bank_feeds') }}
),

payouts as (
    select account_id, payout_id, arrival_at from {{ ref('stg_stripe__payouts') }}
),

explained as (
    select
        items.*,
        case
            when misplaced.owner_account_id is not null then 'review'
            when unmirrored.mirror_id is not null then 'counterparty'
            else accounts.awaits
        end as awaits,
        case
            when misplaced.owner_account_id is not null
                then concat('its charge belongs to ', misplaced.owner_account_id)
            when unmirrored.residual_code = 'no_books' then 'the books of the other tenant are not here'
            when unmirrored.residual_code = 'in_transit' then 'the other tenant has no side of it'
            when unmirrored.residual_code = 'unknown_source' then 'it came from nowhere: no other tenant sent it'
            when unmirrored.mirror_id is not null then concat('the two sides differ: ', unmirrored.residual_code)
        end as finding,
        case
            when misplaced.owner_account_id is not null then 0
            when unmirrored.residual_code <> 'no_books' then {{ mirror_grace_days }}
            -- without the payout itself nobody can know whether it arrived
            when items.ledger_account = 'payouts_in_transit' and payouts.payout_id is null then null
            else accounts.clears_within_days
        end as clears_within_days,
        case when items.ledger_account = 'payouts_in_transit' then greatest(items.opened_at, payouts.arrival_at)
            else items.opened_at end as due_from,
        -- what waits for a bank is late only when a statement could have shown it
        case when accounts.awaits = 'bank' and feeds.to_date is not null
            then greatest(
                least({{ local_date('horizons.looked_at') }}, feeds.to_date),
                {{ days_after(local_date('horizons.looked_at'), -longest_silence_days) }}
            )
            else {{ local_date('horizons.looked_at') }} end as looked_date
    from items
    cross join horizons
    inner join accounts on items.ledger_account = accounts.ledger_account
    left join feeds on items.account_id = feeds.account_id and items.currency = feeds.currency
    left join unmirrored
        on items.is_mirror
        and items.ledger_account = unmirrored.ledger_account
        and items.clearing_id = unmirrored.mirror_id
    left join {{ ref('int_ledger__misplaced') }} as misplaced
        on items.account_id = misplaced.account_id and items.clearing_id = misplaced.charge_id
    left join payouts
        on items.account_id = payouts.account_id and items.clearing_id = payouts.payout_id
)

select
    account_id,
    ledger_account,
    clearing_id,
    currency,
    balance_minor,
    opened_at,
    cast({{ days_between('opened_at', as_of) }} as integer) as age_days,
    awaits,
    finding,
    -- most items have no due date, and the day of an instant is dear
    case when clears_within_days is not null
        then {{ days_after(local_date('due_from'), 'clears_within_days') }} end as expected_clear_date,
    case when clears_within_days is not null
        then {{ days_after(local_date('due_from'), 'clears_within_days') }} < looked_date
        else false end as is_overdue
from explained
