{#- What of each invoice is owed, or was paid beyond it, at the end of every period and at `as_of`: read from the postings. -#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

notes as (
    select account_id, credit_note_id, invoice_id from {{ ref('stg_stripe__credit_notes') }}
),

invoices as (
    select account_id, invoice_id, coalesce(due_at, finalized_at) as due_at from {{ ref('stg_stripe__invoices') }}
),

movements as (
    select
        postings.account_id, postings.currency, postings.period_id,
        coalesce(notes.invoice_id, postings.source_object_id) as invoice_id,
        sum(postings.debit_minor - postings.credit_minor) as moved_minor,
        min(postings.effective_at) as posted_at
    from {{ ref('fct_ledger_postings') }} as postings
    left join notes
        on postings.account_id = notes.account_id and postings.source_object_id = notes.credit_note_id
    where postings.ledger_account = 'accounts_receivable'
    group by postings.account_id, postings.currency, postings.period_id, coalesce(notes.invoice_id, postings.source_object_id)
),

-- a balance stands until the next period in which it moves
balances as (
    select
        account_id, currency, invoice_id, period_id,
        sum(moved_minor) over so_far as open_minor,
        min(posted_at) over so_far as posted_at,
        lead(period_id) over (partition by account_id, currency, invoice_id order by period_id) as next_period_id
    from movements
    window so_far as (
        partition by account_id, currency, invoice_id order by period_id rows between unbounded preceding and current row
    )
),

periods as (
    select
        period_id,
        least(ends_at, {{ as_of }}) as looked_at
    from {{ ref('dim_periods') }}
)

select
    balances.account_id,
    balances.currency,
    balances.invoice_id,
    periods.period_id,
    cast(balances.open_minor as bigint) as open_minor,
    periods.looked_at,
    -- without a day an invoice is due when it is made
    coalesce(invoices.due_at, balances.posted_at) as due_at
from balances
inner join periods
    on balances.period_id <= periods.period_id
    and (balances.next_period_id is null or balances.next_period_id > periods.period_id)
left join invoices on balances.account_id = invoices.account_id and balances.invoice_id = invoices.invoice_id
where balances.open_minor <> 0
