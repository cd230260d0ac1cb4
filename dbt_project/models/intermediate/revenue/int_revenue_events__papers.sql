{#- What documents do to a bill without money moving: credit notes, voids, write-offs, exclusions, and what undoes them. -#}
with

notes as (
    select * from {{ ref('int_credit_notes') }}
),

noted as (
    select account_id, credit_note_id, sum(amount_minor) as amount_minor
    from {{ ref('int_credit_note_lines') }}
    group by account_id, credit_note_id
),

invoices as (
    select * from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and finalized_at <= timestamptz '{{ run_value("as_of") }}'
),

bills as (
    select account_id, bill_kind, bill_id, component_id, source_object_id, invoice_id from {{ ref('int_revenue_lines') }}
),

excluded as (
    select distinct
        bills.account_id, bills.bill_kind, bills.bill_id, exclusions.object_id, exclusions.excluded_at, exclusions.recorded_at,
        case when exclusions.object_id in (bills.component_id, bills.source_object_id) and bills.bill_kind = 'invoice'
            then bills.source_object_id end as line_id
    from {{ ref('stg_business__exclusions') }} as exclusions
    inner join bills
        on exclusions.account_id = bills.account_id
        and exclusions.object_id in (bills.bill_id, bills.component_id, bills.source_object_id)
),

deletions as (
    select account_id, object_id, min(created_at) as deleted_at
    from {{ ref('stg_stripe__events') }}
    where event_type = 'invoiceitem.deleted'
    group by account_id, object_id
),

-- without its event an item was deleted when it was first missed
deleted as (
    select items.account_id, items.invoice_item_id, items.recorded_at, coalesce(deletions.deleted_at, items.observed_at) as deleted_at
    from {{ ref('stg_stripe__invoice_items') }} as items
    inner join bills
        on items.account_id = bills.account_id and bills.bill_kind = 'pending_item' and items.invoice_item_id = bills.bill_id
    left join deletions on items.account_id = deletions.account_id and items.invoice_item_id = deletions.object_id
    where items.is_deleted
),

events as (
    select account_id, 'invoice' as bill_kind, invoice_id as bill_id, credit_note_id as event_id, 'credit_note' as kind,
        happened_at, cast(null as bigint) as amount_minor, cast(null as varchar) as line_id, credit_note_id as document_id,
        cast(null as varchar) as reverses_event_id, recorded_at
    from notes
    where credit_note_id in (select noted.credit_note_id from noted)
    union all
    select notes.account_id, 'invoice', notes.invoice_id, concat(notes.credit_note_id, ':rest'), 'credit_note',
        notes.happened_at, notes.credited_minor - notes.tax_minor - coalesce(noted.amount_minor, 0), null, notes.credit_note_id,
        null, notes.recorded_at
    from notes
    left join noted on notes.account_id = noted.account_id and notes.credit_note_id = noted.credit_note_id
    where notes.credited_minor - notes.tax_minor - coalesce(noted.amount_minor, 0) <> 0
    union all
    select account_id, 'invoice', invoice_id, concat(invoice_id, ':void'),
        case when marked_uncollectible_at < voided_at then 'write_off_voided' else 'void' end,
        voided_at, null, null, invoice_id,
        case when marked_uncollectible_at < voided_at then concat(invoice_id, ':write_off') end, recorded_at
    from invoices
    where status = 'void' and voided_at <= timestamptz '{{ run_value("as_of") }}'
    union all
    select account_id, 'invoice', invoice_id, concat(invoice_id, ':write_off'), 'write_off', marked_uncollectible_at, null, null,
        invoice_id, null, recorded_at
    from invoices
    where marked_uncollectible_at <= timestamptz '{{ run_value("as_of") }}'
    union all
    select account_id, 'invoice', invoice_id, concat(invoice_id, ':recovered'), 'write_off_recovered', paid_at, null, null, invoice_id,
        concat(invoice_id, ':write_off'), recorded_at
    from invoices
    where marked_uncollectible_at < paid_at and paid_at <= timestamptz '{{ run_value("as_of") }}'
    union all
    select account_id, bill_kind, bill_id, concat(object_id, ':excluded'), 'exclusion', excluded_at, null, line_id, object_id, null,
        recorded_at
    from excluded
    where excluded_at <= timestamptz '{{ run_value("as_of") }}'
    union all
    select account_id, 'pending_item', invoice_item_id, concat(invoice_item_id, ':deleted'), 'item_deleted', deleted_at, null, null,
        invoice_item_id, null, recorded_at
    from deleted
    where deleted_at <= timestamptz '{{ run_value("as_of") }}'
)

select * from events
union all
select
    notes.account_id, 'invoice', notes.invoice_id, concat(events.event_id, ':void'), 'credit_note_void', notes.voided_at, null, null,
    notes.credit_note_id, events.event_id, notes.recorded_at
from notes
inner join events
    on notes.account_id = events.account_id and notes.credit_note_id = events.document_id and events.kind = 'credit_note'
where notes.voided_at is not null
