{#- The billing subledger as postings. -#}
select
    concat(account_id, ':', entry_object_id, ':', entry_suffix) as entry_id,
    entry_kind,
    account_id,
    source_object_id,
    currency,
    leg,
    ledger_account,
    clearing_id,
    debit_minor,
    effective_at,
    {{ local_date('effective_at') }} as posting_date,
    recorded_at,
    cast(null as varchar) as reverses_entry_id,
    cast(null as varchar) as counterparty_account_id,
    false as is_mirror
from {{ ref('int_billing__legs') }}
