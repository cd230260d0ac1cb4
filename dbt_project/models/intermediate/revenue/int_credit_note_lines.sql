{#- What a credit note takes off single lines of its invoice, net of discount and of the tax inside. -#}
with

inclusive as (
    select account_id, credit_note_line_item_id, sum(amount_minor) as tax_minor
    from {{ ref('stg_stripe__credit_note_line_item_tax_amounts') }}
    where not is_deleted and {{ tax_is_inclusive() }}
    group by account_id, credit_note_line_item_id
),

invoiced as (
    select distinct account_id, bill_id, source_object_id from {{ ref('int_revenue_lines') }} where bill_kind = 'invoice'
)

select
    notes.account_id,
    notes.credit_note_id,
    lines.invoice_line_item_id,
    cast(sum(lines.amount_minor - coalesce(lines.discount_minor, 0) - coalesce(inclusive.tax_minor, 0)) as bigint) as amount_minor
from {{ ref('int_credit_notes') }} as notes
inner join {{ ref('stg_stripe__credit_note_line_items') }} as lines
    on notes.account_id = lines.account_id and notes.credit_note_id = lines.credit_note_id and not lines.is_deleted
inner join invoiced
    on notes.account_id = invoiced.account_id
    and notes.invoice_id = invoiced.bill_id
    and lines.invoice_line_item_id = invoiced.source_object_id
left join inclusive
    on lines.account_id = inclusive.account_id and lines.credit_note_line_item_id = inclusive.credit_note_line_item_id
group by notes.account_id, notes.credit_note_id, lines.invoice_line_item_id
