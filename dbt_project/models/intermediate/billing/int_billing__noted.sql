{#- What a credit note comes to when it is issued, and again, the other way, when it is voided. -#}
with

notes as (
    select notes.*, rates.books_currency, rates.books_part, rates.own_part
    from {{ ref('int_credit_notes') }} as notes
    inner join {{ ref('int_revenue_rates') }} as rates
        on notes.account_id = rates.account_id and notes.invoice_id = rates.invoice_id
),

stages as (
    select account_id, credit_note_id, 'credit_note' as kind, 1 as direction, happened_at from notes
    union all
    select account_id, credit_note_id, 'credit_note_void', -1, voided_at from notes where voided_at is not null
)

select
    stages.account_id, stages.credit_note_id, stages.kind, stages.direction, stages.happened_at,
    notes.invoice_id, notes.books_currency as currency, notes.recorded_at, notes.refund_minor, notes.credited_minor,
    stages.direction * {{ share_of('notes.credited_minor', 'notes.books_part', 'notes.own_part') }} as books_minor,
    stages.direction * {{ share_of('notes.tax_minor', 'notes.books_part', 'notes.own_part') }} as tax_minor,
    stages.direction * {{ share_of('notes.out_of_band_minor', 'notes.books_part', 'notes.own_part') }} as outside_minor
from stages
inner join notes on stages.account_id = notes.account_id and stages.credit_note_id = notes.credit_note_id
