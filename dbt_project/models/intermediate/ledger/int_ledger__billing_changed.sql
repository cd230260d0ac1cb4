{#-
Entries of the billing subledger that are not in the ledger as they ought to be: new ones, changed ones, and those that are
gone. Told by comparing whole postings, so that nobody needs to know what a late fact may have moved; and with the ledger
itself, so that a build that was killed leaves nothing behind.
-#}
{%- set built = built_before('marts', 'fct_ledger_postings') -%}
{%- if built is none or not posts_billing_by_changes() %}
select entry_id from {{ ref('int_ledger__billing_postings') }} where false
{%- else %}
{%- set told = [
    'entry_id', 'entry_kind', 'account_id', 'source_object_id', 'currency', 'leg', 'ledger_account', 'clearing_id', 'effective_at',
    'posting_date', 'recorded_at', 'reverses_entry_id', 'counterparty_account_id', 'is_mirror'
] -%}
with

now as (
    select entry_id, {{ row_fingerprint(told + ['cast(debit_minor as bigint)']) }} as fingerprint
    from {{ ref('int_ledger__billing_postings') }}
),

before as (
    select entry_id, {{ row_fingerprint(told + ['debit_minor - credit_minor']) }} as fingerprint
    from {{ built }}
    where subledger = 'billing'
)

select distinct coalesce(now.entry_id, before.entry_id) as entry_id
from now
full outer join before on now.fingerprint = before.fingerprint
where now.fingerprint is null or before.fingerprint is null
{%- endif %}
