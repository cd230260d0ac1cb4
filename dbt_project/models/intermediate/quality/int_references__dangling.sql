{#-
References to objects that no source holds. They stop the publication where the other table is known to be
complete, and are exceptions where it was received without proof; a table never received says nothing.

The last entry says whether the two come into being together. If not, what is named may be older than the
export: only a full snapshot proves then that it should be there.
-#}
{%- set references = [
    ('stg_stripe__balance_transactions', 'balance_transaction', 'transaction_id', 'source_object_id', text_starts_with('source_object_id', 'ch_') ~ ' or ' ~ text_starts_with('source_object_id', 'py_'), 'stg_stripe__charges', 'charge_id', 'charges', 'net_minor', true),
    ('stg_stripe__balance_transactions', 'balance_transaction', 'transaction_id', 'source_object_id', text_starts_with('source_object_id', 're_'), 'stg_stripe__refunds', 'refund_id', 'refunds', 'net_minor', true),
    ('stg_stripe__balance_transactions', 'balance_transaction', 'transaction_id', 'source_object_id', text_starts_with('source_object_id', 'po_'), 'stg_stripe__payouts', 'payout_id', 'transfers', 'net_minor', true),
    ('stg_stripe__balance_transactions', 'balance_transaction', 'transaction_id', 'payout_id', text_starts_with('payout_id', 'po_'), 'stg_stripe__payouts', 'payout_id', 'transfers', 'net_minor', true),
    ('stg_stripe__refunds', 'refund', 'refund_id', 'charge_id', 'charge_id is not null', 'stg_stripe__charges', 'charge_id', 'charges', 'amount_minor', false),
    ('stg_stripe__disputes', 'dispute', 'dispute_id', 'charge_id', 'charge_id is not null', 'stg_stripe__charges', 'charge_id', 'charges', 'amount_minor', false),
    ('stg_stripe__payouts', 'payout', 'payout_id', 'balance_transaction_id', 'balance_transaction_id is not null', 'stg_stripe__balance_transactions', 'transaction_id', 'balance_transactions', 'amount_minor', true),
] -%}
with

completeness as (
    select * from {{ ref('int_tables__completeness') }}
)

{% for model_name, kind, id, reference, condition, target, target_id, table_name, amount, together in references -%}
select
    holders.account_id,
    '{{ kind }}' as object_kind,
    holders.{{ id }} as object_id,
    '{{ reference }}' as reference_column,
    '{{ table_name }}' as missing_from,
    holders.{{ reference }} as missing_id,
    holders.currency,
    holders.{{ amount }} as amount_minor,
    holders.created_at,
    coalesce(
        completeness.is_complete and holders.created_at <= completeness.observed_at
        and (completeness.is_snapshot{{ ' or holders.created_at >= earliest.created_at' if together }}),
        false
    ) as is_proven
from {{ ref(model_name) }} as holders
left join {{ ref(target) }} as targets
    on holders.account_id = targets.account_id and holders.{{ reference }} = targets.{{ target_id }}
left join completeness
    on completeness.table_name = '{{ table_name }}'
    and completeness.account_scope = {{ tenant_kind('holders.account_id') }}
-- a table that this tenant never sent says nothing about its ids
left join (select account_id, min(created_at) as created_at from {{ ref(target) }} group by account_id) as earliest  -- noqa: ST05
    on holders.account_id = earliest.account_id
where not holders.is_deleted
    and ({{ condition | replace(reference, 'holders.' ~ reference) }})
    and targets.{{ target_id }} is null
    and holders.created_at <= timestamptz '{{ run_value("as_of") }}'
    and (completeness.table_name is not null or earliest.account_id is not null)
{{ 'union all' if not loop.last }}
{% endfor %}
