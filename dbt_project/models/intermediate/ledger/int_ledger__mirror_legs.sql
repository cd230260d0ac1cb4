{#- Each mirrored leg in the currency of the side that it starts from, so that both sides can be set against each other. -#}
with

postings as (
    select *, debit_minor - credit_minor as amount_minor
    from {{ ref('fct_ledger_postings') }}
    where is_mirror and ledger_account <> 'stripe_balance'
),

sided as (
    select
        *,
        -- a transfer and a collection start at the platform, an application fee on the account that pays it
        case when ledger_account = 'application_fee_clearing' then account_id <> 'platform'
            else account_id = 'platform' end as is_source
    from postings
)

select
    sided.ledger_account,
    sided.clearing_id,
    sided.account_id,
    sided.counterparty_account_id,
    sided.is_source,
    sided.effective_at,
    -- what arrived was converted when it was booked; Stripe keeps what was sent beside it
    case when sided.is_source or transactions.presentment_minor is null then sided.currency
        else transactions.presentment_currency end as currency,
    case when sided.is_source or transactions.presentment_minor is null then sided.amount_minor
        when sided.amount_minor < 0 then -abs(transactions.presentment_minor)
        else abs(transactions.presentment_minor) end as amount_minor
from sided
left join {{ ref('fct_transactions') }} as transactions
    on sided.leg = 'gross'
    and sided.account_id = transactions.account_id
    and sided.source_object_id = transactions.transaction_id
