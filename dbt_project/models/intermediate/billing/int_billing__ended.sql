{#-
Voids, write-offs, recoveries and exclusions. A write-off takes the unpaid share of what was earned as credit loss; what was
paid of the part that will never be served is a recoverable, and so is what the customer owed beyond the lines.
-#}
{%- set loss_account = 'credit_losses' if run_value('credit_losses') == 'expense' else 'bad_debt' -%}
with

endings as (
    select
        *,
        least(greatest(owed_minor, 0), cut_minor) as unpaid_minor,
        -- tax that nobody pays is a loss too
        least(greatest(owed_minor - cut_minor, 0), tax_minor) as lost_tax_minor
    from {{ ref('int_billing__endings') }}
),

lossy as (
    select *, {{ share_of('contra_minor', 'unpaid_minor', 'nullif(cut_minor, 0)') }} as loss_minor from endings
),

changes as (
    select changes.*, endings.cut_minor, endings.unpaid_minor
    from {{ ref('int_revenue_changes') }} as changes
    inner join endings on changes.account_id = endings.account_id and changes.event_id = endings.event_id
    where changes.kind in ('void', 'write_off', 'exclusion', 'item_deleted')
),

amounts as (
    select account_id, event_id, concat('contra.', component_id) as leg,
        case kind when 'void' then 'voids' when 'exclusion' then 'revenue' when 'item_deleted' then 'unbilled_voids'
            else 'recoverables' end as ledger_account,
        contra_minor as debit_minor
    from changes
    union all
    select account_id, event_id, concat('deferred.', component_id), 'deferred_revenue', -amount_minor - contra_minor
    from changes where not is_unbilled
    union all
    select account_id, event_id, concat('unbilled.', component_id), 'unbilled_receivable', -contra_minor from changes where is_unbilled
    union all
    select account_id, event_id, 'receivable', 'accounts_receivable',
        case kind when 'void' then -cut_minor - tax_minor - passthrough_minor when 'write_off' then -owed_minor
            when 'write_off_recovered' then owed_minor
            -- a void in place of the write-off
            when 'write_off_voided' then owed_minor - cut_minor - tax_minor - passthrough_minor when 'exclusion' then -unpaid_minor else 0 end
    from lossy where bill_kind = 'invoice'
    union all
    select account_id, event_id, 'tax', 'tax_liability', tax_minor from lossy where kind in ('void', 'write_off_voided')
    union all
    select account_id, event_id, 'passthrough', 'passthrough_fees', passthrough_minor from lossy where kind in ('void', 'write_off_voided')
    union all
    select account_id, event_id, 'loss', '{{ loss_account }}',
        case kind when 'write_off' then coalesce(loss_minor, 0) else -coalesce(loss_minor, 0) end
    from lossy where kind in ('write_off', 'write_off_recovered', 'write_off_voided')
    union all
    select account_id, event_id, 'lost_tax', '{{ loss_account }}', case kind when 'write_off' then lost_tax_minor else -lost_tax_minor end
    from lossy where kind in ('write_off', 'write_off_recovered', 'write_off_voided')
    union all
    select account_id, event_id, 'recoverable', 'recoverables',
        case kind when 'write_off' then owed_minor - cut_minor - lost_tax_minor - coalesce(loss_minor, 0)
            when 'write_off_voided' then cut_minor + lost_tax_minor + coalesce(loss_minor, 0) - owed_minor - contra_minor
            else coalesce(loss_minor, 0) + lost_tax_minor - owed_minor end
    from lossy where kind in ('write_off', 'write_off_recovered', 'write_off_voided')
    union all
    select account_id, event_id, 'voided', 'voids', contra_minor from lossy where kind = 'write_off_voided'
    union all
    select lossy.account_id, lossy.event_id, 'excluded', 'exclusions',
        -lossy.cut_minor + case when lossy.bill_kind = 'invoice' then lossy.unpaid_minor else 0 end
    from lossy where kind = 'exclusion' and bill_kind <> 'pending_item'
)

select
    amounts.account_id, amounts.event_id as entry_object_id, endings.kind as entry_suffix, endings.kind as entry_kind,
    endings.bill_id as source_object_id, case when endings.bill_kind = 'invoice' then endings.bill_id end as invoice_id,
    endings.currency, amounts.leg, amounts.ledger_account, cast(null as varchar) as clearing_id,
    cast(amounts.debit_minor as bigint) as debit_minor, endings.happened_at as effective_at, endings.recorded_at
from amounts
inner join endings on amounts.account_id = endings.account_id and amounts.event_id = endings.event_id
where amounts.debit_minor <> 0
