{#- Credit notes: the lines and the tax they take back, against the receivable; what is paid outside Stripe is still owed. -#}
with

totals as (
    select * from {{ ref('int_billing__noted') }}
),

changes as (
    select account_id, source_object_id as credit_note_id, kind, component_id, amount_minor, contra_minor
    from {{ ref('int_revenue_changes') }}
    where kind in ('credit_note', 'credit_note_void')
),

-- what had come back after it was given up: it goes first
beyond as (
    select
        recovered.account_id, recovered.document_id as credit_note_id, recovered.kind,
        sum(recovered.from_recovered_minor) as from_recovered_minor,
        sum(recovered.contra_again_minor) as contra_again_minor,
        {{ share_of('sum(recovered.contra_again_minor)', 'max(totals.refund_minor)', 'nullif(max(totals.credited_minor), 0)') }}
            as refunded_again_minor
    from {{ ref('int_billing__recovered') }} as recovered
    inner join totals
        on recovered.account_id = totals.account_id and recovered.document_id = totals.credit_note_id and recovered.kind = totals.kind
    group by recovered.account_id, recovered.document_id, recovered.kind
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
    select account_id, credit_note_id, kind, 'contra.recovered', 'credit_notes', contra_again_minor - refunded_again_minor from beyond
    union all
    select account_id, credit_note_id, kind, 'refund.recovered', 'refunds', refunded_again_minor from beyond
    union all
    select account_id, credit_note_id, kind, 'recovered', 'recoverables', from_recovered_minor - contra_again_minor from beyond
    union all
    select account_id, credit_note_id, kind, 'tax', 'tax_liability', tax_minor from totals
    union all
    select account_id, credit_note_id, kind, 'outside', 'external_customer_balance', -outside_minor from totals
    union all
    select account_id, credit_note_id, kind, 'receivable', 'accounts_receivable', outside_minor - books_minor from totals
    union all
    -- more than the lines had left
    select totals.account_id, totals.credit_note_id, totals.kind, 'loss', 'other_loss',
        totals.books_minor - totals.tax_minor - coalesce(given.given_minor, 0) - coalesce(beyond.from_recovered_minor, 0)
    from totals
    left join given
        on totals.account_id = given.account_id and totals.credit_note_id = given.credit_note_id and totals.kind = given.kind
    left join beyond
        on totals.account_id = beyond.account_id and totals.credit_note_id = beyond.credit_note_id and totals.kind = beyond.kind
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
