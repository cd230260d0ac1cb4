{#- What was sold, and each thing that changed it later: the same schedule, from the amount before to the amount after. -#}
with

lines as (
    select * from {{ ref('int_revenue_lines') }}
),

events as (
    select * from {{ ref('int_revenue_events') }}
),

cuts as (
    select
        cuts.*,
        events.kind, events.happened_at, events.recorded_at, events.document_id, events.reverses_event_id, events.reverses_number
    from {{ ref('int_revenue_cuts') }} as cuts
    inner join events
        on cuts.account_id = events.account_id and cuts.bill_kind = events.bill_kind and cuts.bill_id = events.bill_id
        and cuts.event_number = events.event_number
    where cuts.before_minor <> cuts.after_minor
),

undone as (
    select cuts.account_id, cuts.component_id, cuts.event_id, cuts.before_minor, cuts.after_minor, cuts.happened_at from cuts
)

select
    account_id, component_id, parent_component_id, component_id as base_component_id, kind, bill_kind, bill_id,
    cast(null as varchar) as event_id,
    customer_id, product_id, price_id, invoice_id, contract_id, source_object_id, obligation, party, policy,
    policy_version,
    books_currency as currency,
    cast(0 as bigint) as before_minor,
    books_minor as after_minor,
    currency as presentment_currency,
    amount_minor as presentment_minor,
    starts_at, ends_at, booked_at, billed_at,
    booked_at as effective_at,
    cast(null as timestamptz) as undone_at,
    cast(null as bigint) as undone_before_minor,
    cast(null as bigint) as undone_after_minor,
    recorded_at
from lines
union all
select
    lines.account_id, concat(lines.component_id, ':', cuts.event_id), lines.component_id, lines.component_id, cuts.kind,
    lines.bill_kind, lines.bill_id,
    cuts.event_id,
    lines.customer_id, lines.product_id, lines.price_id, lines.invoice_id, lines.contract_id, coalesce(cuts.document_id, cuts.event_id),
    lines.obligation, lines.party, lines.policy, lines.policy_version,
    lines.books_currency,
    {{ share_of('cuts.before_minor', 'lines.books_minor', 'lines.amount_minor') }},
    {{ share_of('cuts.after_minor', 'lines.books_minor', 'lines.amount_minor') }},
    lines.currency,
    cuts.after_minor - cuts.before_minor,
    lines.starts_at, lines.ends_at, lines.booked_at, lines.billed_at,
    cuts.happened_at,
    undone.happened_at,
    {{ share_of('undone.before_minor', 'lines.books_minor', 'lines.amount_minor') }},
    {{ share_of('undone.after_minor', 'lines.books_minor', 'lines.amount_minor') }},
    greatest(lines.recorded_at, cuts.recorded_at)
from cuts
inner join lines on cuts.account_id = lines.account_id and cuts.component_id = lines.component_id
left join undone
    on cuts.account_id = undone.account_id
    and cuts.component_id = undone.component_id
    and cuts.reverses_event_id = undone.event_id
