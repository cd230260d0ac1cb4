with

legs as (
    select * from {{ ref('int_ledger__mirror_legs') }}
),

pairs as (
    select
        ledger_account,
        clearing_id,
        currency,
        cast(coalesce(sum(case when is_source then amount_minor end), 0) as bigint) as sent_minor,
        cast(coalesce(sum(case when not is_source then amount_minor end), 0) as bigint) as received_minor,
        min(case when is_source then account_id end) as source_account_id,
        min(case when not is_source then account_id end) as destination_account_id,
        min(counterparty_account_id) as named_counterparty_id,
        min(effective_at) as opened_at,
        count(case when is_source then 1 end) as source_legs,
        count(case when not is_source then 1 end) as destination_legs
    from legs
    group by ledger_account, clearing_id, currency
),

currencies as (
    select ledger_account, clearing_id, count(*) as currency_count
    from pairs
    group by ledger_account, clearing_id
),

-- from when on each tenant's own transactions are here; a tenant that was never exported cannot be asked
books as (
    select account_id, min(created_at) as begin_at from {{ ref('fct_transactions') }} group by account_id
)

select
    pairs.ledger_account,
    pairs.clearing_id as mirror_id,
    coalesce(pairs.source_account_id, pairs.destination_account_id) as account_id,
    coalesce(case when pairs.source_account_id is not null then pairs.destination_account_id end, pairs.named_counterparty_id)
        as counterparty_account_id,
    pairs.currency,
    pairs.sent_minor,
    pairs.received_minor,
    cast(pairs.sent_minor + pairs.received_minor as bigint) as residual_minor,
    case
        when pairs.sent_minor + pairs.received_minor = 0 then 'none'
        when currencies.currency_count > 1 then 'fx_rate'
        when (pairs.source_legs = 0 or pairs.destination_legs = 0)
            and (books.begin_at is null or books.begin_at > pairs.opened_at) then 'no_books'
        when pairs.source_legs = 0 then 'unknown_source'
        when pairs.destination_legs = 0 then 'in_transit'
        else 'difference'
    end as residual_code,
    pairs.opened_at
from pairs
inner join currencies
    on pairs.ledger_account = currencies.ledger_account
    and pairs.clearing_id = currencies.clearing_id
left join books on pairs.named_counterparty_id = books.account_id
