{#- What came back of a bill after it had been given up: won disputes, and written-off invoices that were paid after all. -#}
with

back as (
    select account_id, source_object_id as bill_id, effective_at, -debit_minor as recovered_minor, 0 as contra_minor
    from {{ ref('int_billing__ended') }}
    where entry_kind = 'write_off_recovered' and ledger_account = 'recoverables'
    union all
    select account_id, source_object_id, effective_at, -debit_minor, -debit_minor
    from {{ ref('int_billing__ended') }}
    where entry_kind = 'write_off_recovered' and leg = 'loss'
    union all
    select account_id, bill_id, happened_at, gross_minor, 0
    from {{ ref('int_revenue_events__money') }}
    where kind = 'dispute_reversal'
)

select
    account_id,
    bill_id,
    min(effective_at) as recovered_at,
    cast(sum(recovered_minor) as bigint) as recovered_minor,
    cast(sum(contra_minor) as bigint) as contra_minor
from back
group by account_id, bill_id
