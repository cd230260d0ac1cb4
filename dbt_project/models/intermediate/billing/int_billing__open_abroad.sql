{#-
Open invoices in another currency than that of their books, after each movement; only where `fx_remeasure` asks for them.
-#}
with

invoices as (
    select account_id, invoice_id, currency, books_currency, books_part, own_part
    from {{ ref('int_revenue_rates') }}
    where currency <> books_currency and {{ 'true' if run_value('fx_remeasure') == 'true' else 'false' }}
),

receivable as (
    {%- for part in ['sold', 'paid', 'credited', 'ended'] %}
    select account_id, invoice_id, entry_object_id, entry_kind, effective_at, debit_minor, recorded_at
    from {{ ref('int_billing__' ~ part) }}
    where ledger_account = 'accounts_receivable' and invoice_id is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- what was asked for, in the currency in which it was asked
asked as (
    select account_id, bill_id, sum(amount_minor + tax_minor + passthrough_minor) as own_minor
    from {{ ref('int_revenue_lines__pieces') }}
    where bill_kind = 'invoice'
    group by account_id, bill_id
),

paid as (
    select account_id, transaction_id as object_id, presentment_currency as currency, -presentment_minor as own_minor
    from {{ ref('int_revenue_movements') }}
    union all
    select account_id, customer_balance_transaction_id, currency, -amount_minor
    from {{ ref('stg_stripe__customer_balance_transactions') }}
),

entries as (
    select
        invoices.account_id, invoices.invoice_id, invoices.currency, invoices.books_currency,
        receivable.entry_object_id, receivable.entry_kind, receivable.effective_at,
        sum(receivable.debit_minor) as books_minor,
        max(invoices.books_part) as books_part,
        max(invoices.own_part) as own_part,
        max(receivable.recorded_at) as recorded_at
    from invoices
    inner join receivable on invoices.account_id = receivable.account_id and invoices.invoice_id = receivable.invoice_id
    group by all
),

moved as (
    select
        entries.account_id, entries.invoice_id, entries.currency, entries.books_currency, entries.effective_at,
        sum(entries.books_minor) as books_minor,
        sum(coalesce(
            case when entries.entry_kind = 'invoice_finalized' then asked.own_minor else paid.own_minor end,
            {{ share_of('entries.books_minor', 'entries.own_part', 'entries.books_part') }}
        )) as own_minor,
        max(entries.recorded_at) as recorded_at
    from entries
    left join asked on entries.account_id = asked.account_id and entries.invoice_id = asked.bill_id
    left join paid
        on entries.account_id = paid.account_id and entries.entry_object_id = paid.object_id and entries.currency = paid.currency
    group by
        entries.account_id, entries.invoice_id, entries.currency, entries.books_currency, entries.effective_at
),

summed as (
    select
        *,
        sum(books_minor) over so_far as open_books_minor,
        sum(own_minor) over so_far as open_own_minor,
        max(recorded_at) over so_far as known_at,
        lead(effective_at) over (partition by account_id, invoice_id order by effective_at) as next_at
    from moved
    window so_far as (
        partition by account_id, invoice_id order by effective_at rows between unbounded preceding and current row
    )
)

-- what is settled in the books is settled, whatever a rate made of its parts
select
    account_id, invoice_id, currency, books_currency, effective_at, next_at, known_at,
    cast(open_books_minor as bigint) as open_books_minor,
    cast(case when open_books_minor = 0 then 0 else open_own_minor end as bigint) as open_own_minor
from summed
