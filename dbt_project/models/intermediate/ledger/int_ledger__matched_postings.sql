{#-
The bank's side of payouts and top-ups as statements tell it. Lines of several days close the movements of their group in
the order of their due days, so that each day balances in itself.
-#}
with

entries as (
    select * from {{ ref('int_ledger__matched_entries') }}
),

legs as (
    select
        entries.entry_id, entries.source_object_id, concat('bank.', lines.bank_entry_id) as leg, lines.ledger_account,
        cast(null as varchar) as clearing_id, lines.amount_minor as debit_minor
    from entries
    inner join {{ ref('int_ledger__matched_lines') }} as lines
        on entries.match_id = lines.match_id and entries.booked_date = lines.booked_date
    union all
    select entry_id, source_object_id, residual_code, kept_account, null, kept_minor
    from entries
    where kept_minor <> 0
    union all
    select
        entries.entry_id, movements.source_object_id, concat('clearing.', movements.object_id), movements.clearing_account,
        movements.clearing_id,
        case
            when entries.day_count = 1 then -movements.amount_minor
            else -sign(movements.amount_minor) * (
                least(movements.runs_to, entries.runs_to)
                - greatest(movements.runs_to - abs(movements.amount_minor), entries.runs_to - entries.closes_minor)
            )
        end
    from entries
    inner join {{ ref('int_ledger__matched_movements') }} as movements
        on entries.match_id = movements.match_id
        and (
            entries.day_count = 1
            or movements.runs_to - abs(movements.amount_minor) < entries.runs_to
            and movements.runs_to > entries.runs_to - entries.closes_minor
        )
)

select
    legs.entry_id,
    entries.entry_kind,
    entries.account_id,
    legs.source_object_id,
    entries.currency,
    legs.leg,
    legs.ledger_account,
    legs.clearing_id,
    cast(legs.debit_minor as bigint) as debit_minor,
    entries.effective_at,
    entries.booked_date as posting_date,
    entries.recorded_at,
    entries.reverses_entry_id,
    cast(null as varchar) as counterparty_account_id,
    false as is_mirror
from legs
inner join entries on legs.entry_id = entries.entry_id
