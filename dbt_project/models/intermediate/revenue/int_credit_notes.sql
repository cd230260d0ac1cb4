{#- Credit notes on finalized invoices: what they take off the lines, off the tax, and how they give it back. -#}
with

notes as (
    select *, coalesce(total_minor, amount_minor) as credited_minor
    from {{ ref('stg_stripe__credit_notes') }}
    where not is_deleted and coalesce(effective_at, created_at) <= timestamptz '{{ run_value("as_of") }}'
),

bills as (
    select account_id, bill_id, sum(amount_minor) as amount_minor, sum(tax_minor) as tax_minor,
        sum(books_minor) as books_minor, max(books_currency) as books_currency
    from {{ ref('int_revenue_lines') }}
    where bill_kind = 'invoice'
    group by account_id, bill_id
),

taxes as (
    select lines.account_id, lines.credit_note_id, sum(taxes.amount_minor) as tax_minor
    from {{ ref('stg_stripe__credit_note_line_item_tax_amounts') }} as taxes
    inner join {{ ref('stg_stripe__credit_note_line_items') }} as lines
        on taxes.account_id = lines.account_id and taxes.credit_note_line_item_id = lines.credit_note_line_item_id
    where not taxes.is_deleted and not lines.is_deleted
    group by lines.account_id, lines.credit_note_id
),

lined as (
    select distinct account_id, credit_note_id from {{ ref('stg_stripe__credit_note_line_items') }} where not is_deleted
),

refunds as (
    select account_id, credit_note_id, sum(amount_minor) as refund_minor
    from {{ ref('stg_stripe__credit_note_refunds') }}
    where not is_deleted
    group by account_id, credit_note_id
),

single_refunds as (
    select account_id, refund_id, amount_minor from {{ ref('stg_stripe__refunds') }}
)

select
    notes.account_id,
    notes.credit_note_id,
    notes.invoice_id,
    notes.currency,
    coalesce(notes.effective_at, notes.created_at) as happened_at,
    case when notes.status = 'void' and notes.voided_at <= timestamptz '{{ run_value("as_of") }}' then notes.voided_at end as voided_at,
    notes.credited_minor,
    -- a note that names no line takes its share of the invoice's tax
    case when lined.credit_note_id is not null then coalesce(taxes.tax_minor, 0)
        else {{ share_of('notes.credited_minor', 'bills.tax_minor', 'nullif(bills.books_minor + bills.tax_minor, 0)') }} end as tax_minor,
    coalesce(refunds.refund_minor, single_refunds.amount_minor, 0) as refund_minor,
    coalesce(notes.out_of_band_minor, 0) as out_of_band_minor,
    notes.recorded_at
from notes
inner join bills on notes.account_id = bills.account_id and notes.invoice_id = bills.bill_id
left join taxes on notes.account_id = taxes.account_id and notes.credit_note_id = taxes.credit_note_id
left join lined on notes.account_id = lined.account_id and notes.credit_note_id = lined.credit_note_id
left join refunds on notes.account_id = refunds.account_id and notes.credit_note_id = refunds.credit_note_id
left join single_refunds on notes.account_id = single_refunds.account_id and notes.refund_id = single_refunds.refund_id
