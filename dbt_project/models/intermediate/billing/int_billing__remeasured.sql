{#- What the end of a period, or a movement after it, changes of what a receivable is worth beyond its booking rate: FX. -#}
with

steps as (
    select
        *,
        on_top_minor - lag(on_top_minor, 1, 0) over (partition by account_id, invoice_id order by look_number) as step_minor
    from {{ ref('int_billing__abroad') }}
),

sides as (
    select 'receivable' as leg, 'accounts_receivable' as ledger_account, 1 as direction
    union all
    select 'fx', 'fx_loss', -1
)

select
    steps.account_id, steps.invoice_id as entry_object_id,
    case when steps.period_number is null then concat('remeasured:', cast({{ seconds_of('steps.effective_at') }} as varchar))
        else concat('remeasured:', {{ period_text(period_first_day('steps.period_number')) }}) end as entry_suffix,
    'fx_remeasurement' as entry_kind,
    steps.invoice_id as source_object_id, steps.invoice_id, steps.books_currency as currency, sides.leg, sides.ledger_account,
    cast(null as varchar) as clearing_id, cast(steps.step_minor * sides.direction as bigint) as debit_minor, steps.effective_at,
    steps.recorded_at
from steps
cross join sides
where steps.step_minor <> 0
