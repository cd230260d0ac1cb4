{#- Credit notes: the lines and the tax they take back, against the receivable; what is paid outside Stripe is still owed. -#}
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
),

changes as (
    select account_id, source_object_id as credit_note_id, kind, component_id, amount_minor, contra_minor
    from {{ ref('int_revenue_changes') }}
    where kind in ('credit_note', 'credit_note_void')
),

totals as (
    select
        stages.account_id, stages.credit_note_id, stages.kind, stages.direction, stages.happened_at,
        notes.invoice_id, notes.books_currency as currency, notes.recorded_at, notes.refund_minor, notes.credited_minor,
        stages.direction * {{ share_of('notes.credited_minor', 'notes.books_part', 'notes.own_part') }} as books_minor,
        stages.direction * {{ share_of('notes.tax_minor', 'notes.books_part', 'notes.own_part') }} as tax_minor,
        stages.direction * {{ share_of('notes.out_of_band_minor', 'notes.books_part', 'notes.own_part') }} as outside_minor
    from stages
    inner join notes on stages.account_id = notes.account_id and stages.credit_note_id = notes.credit_note_id
),

-- per note and stage: what the lines gave, and what of it was revenue already
given as (
    select account_id, credit_note_id, kind, -sum(amount_minor) as given_minor
    from changes
    group by account_id, credit_note_id, kind
),

parts as (
    select
        changes.account_id, changes.credit_note_id, changes.kind, changes.component_id,
        changes.contra_minor, changes.amount_minor,
        {{ share_of('changes.contra_minor', 'totals.refund_minor', 'nullif(totals.credited_minor, 0)') }} as refunded_minor
    from changes
    inner join totals
        on changes.account_id = totals.account_id and changes.credit_note_id = totals.credit_note_id and changes.kind = totals.kind
),

amounts as (
    select account_id, credit_note_id, kind, concat('contra.', component_id) as leg, 'credit_notes' as ledger_account,
        contra_minor - coalesce(refunded_minor, 0) as debit_minor
    from parts
    union all
    select account_id, credit_note_id, kind, concat('refund.', component_id), 'refunds', coalesce(refunded_minor, 0) from parts
    union all
    select account_id, credit_note_id, kind, concat('deferred.', component_id), 'deferred_revenue', -amount_minor - contra_minor from parts
    union all
    select account_id, credit_note_id, kind, 'tax', 'tax_liability', tax_minor from totals
    union all
    select account_id, credit_note_id, kind, 'outside', 'external_customer_balance', -outside_minor from totals
    union all
    select account_id, credit_note_id, kind, 'receivable', 'accounts_receivable', outside_minor - books_minor from totals
    union all
    -- more than the lines had left
    select totals.account_id, totals.credit_note_id, totals.kind, 'loss', 'other_loss',
        totals.books_minor - totals.tax_minor - coalesce(given.given_minor, 0)
    from totals
    left join given
        on totals.account_id = given.account_id and totals.credit_note_id = given.credit_note_id and totals.kind = given.kind
)

select
    amounts.account_id, amounts.credit_note_id as entry_object_id, amounts.kind as entry_suffix, amounts.kind as entry_kind,
    amounts.credit_note_id as source_object_id, totals.invoice_id, totals.currency, amounts.leg, amounts.ledger_account,
    cast(null as varchar) as clearing_id, cast(amounts.debit_minor as bigint) as debit_minor,
    totals.happened_at as effective_at, totals.recorded_at
from amounts
inner join totals
    on amounts.account_id = totals.account_id and amounts.credit_note_id = totals.credit_note_id and amounts.kind = totals.kind
where amounts.debit_minor <> 0
