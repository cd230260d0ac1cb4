{#- Invoices that were voided, written off, recovered or excluded: what was still owed then, and what it consisted of. -#}
with

events as (
    select * from {{ ref('int_revenue_events') }}
    where kind in ('void', 'write_off', 'write_off_voided', 'write_off_recovered', 'exclusion', 'item_deleted')
),

owed as (
    {%- for part in ['sold', 'paid'] %}
    select account_id, invoice_id, effective_at, debit_minor from {{ ref('int_billing__' ~ part) }}
    where ledger_account = 'accounts_receivable'
    union all
    {%- endfor %}
    select account_id, invoice_id, happened_at, outside_minor - books_minor from {{ ref('int_billing__noted') }}
),

-- an invoice that was written off is owed no more; what is undone later is what was owed then
dated as (
    select events.*, coalesce(undone.happened_at, events.happened_at) as owed_at
    from events
    left join events as undone
        on events.account_id = undone.account_id and events.bill_id = undone.bill_id and events.reverses_event_id = undone.event_id
),

sums as (
    select dated.account_id, dated.event_id, sum(owed.debit_minor) as owed_minor
    from dated
    inner join owed
        on dated.account_id = owed.account_id and dated.bill_id = owed.invoice_id and dated.owed_at >= owed.effective_at
    group by dated.account_id, dated.event_id
),

changed as (
    select
        account_id, event_id,
        -sum(amount_minor) as cut_minor,
        sum(contra_minor) as contra_minor
    from {{ ref('int_revenue_changes') }}
    where kind in ('void', 'write_off', 'exclusion', 'item_deleted')
    group by account_id, event_id
),

taxes as (
    select account_id, bill_id, sum(tax_minor) as tax_minor, sum(passthrough_minor) as passthrough_minor, max(books_currency) as currency
    from {{ ref('int_revenue_lines') }}
    group by account_id, bill_id
),

-- what credit notes had taken off the tax by then
credited as (
    select dated.account_id, dated.event_id, sum(noted.tax_minor) as tax_minor
    from dated
    inner join {{ ref('int_billing__noted') }} as noted
        on dated.account_id = noted.account_id and dated.bill_id = noted.invoice_id and dated.owed_at >= noted.happened_at
    group by dated.account_id, dated.event_id
)

select
    dated.account_id, dated.bill_kind, dated.bill_id, dated.event_id, dated.kind, dated.happened_at, dated.reverses_event_id, dated.recorded_at,
    taxes.currency,
    cast(coalesce(sums.owed_minor, 0) as bigint) as owed_minor,
    cast(coalesce(changed.cut_minor, 0) as bigint) as cut_minor,
    cast(coalesce(changed.contra_minor, 0) as bigint) as contra_minor,
    cast(coalesce(taxes.tax_minor, 0) - coalesce(credited.tax_minor, 0) as bigint) as tax_minor,
    cast(coalesce(taxes.passthrough_minor, 0) as bigint) as passthrough_minor
from dated
inner join taxes on dated.account_id = taxes.account_id and dated.bill_id = taxes.bill_id
left join sums on dated.account_id = sums.account_id and dated.event_id = sums.event_id
left join changed
    on dated.account_id = changed.account_id
    and coalesce(case when dated.kind in ('write_off_voided', 'write_off_recovered') then dated.reverses_event_id end, dated.event_id)
    = changed.event_id
left join credited on dated.account_id = credited.account_id and dated.event_id = credited.event_id
