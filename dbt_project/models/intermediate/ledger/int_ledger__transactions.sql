{#- The transactions that this build posts, each with the rule of its gross leg and what it reverses. -#}
{%- set scope -%}
    {%- if run_value('built_through') != '0' %}
    inner join {{ ref('int_ledger__changed') }} as changed
        on transactions.account_id = changed.account_id and transactions.transaction_id = changed.source_id
    {%- endif -%}
{%- endset -%}
-- depends_on: {{ ref('int_ledger__changed') }}
-- noqa: disable=AM04
with

rules as (
    select * from {{ ref('int_posting_rules__resolved') }} where leg = 'gross'
),

known_categories as (
    select distinct reporting_category from {{ ref('int_posting_rules__resolved') }}
),

-- a later transaction with the same object behind it takes back the first
taking_back as (
    select distinct transactions.account_id, transactions.source_object_id,
        {{ original_category('transactions.reporting_category') }} as original_category
    from {{ ref('fct_transactions') }} as transactions
    {{- scope }}
    where transactions.reporting_category in ('payout_reversal', 'refund_failure', 'dispute_reversal')
),

originals as (
    select taking_back.account_id, taking_back.source_object_id, taking_back.original_category,
        min(first.transaction_id) as transaction_id
    from taking_back
    inner join {{ ref('fct_transactions') }} as first
        on taking_back.account_id = first.account_id
        and taking_back.source_object_id = first.source_object_id
        and taking_back.original_category = first.reporting_category
    group by taking_back.account_id, taking_back.source_object_id, taking_back.original_category
)

select
    transactions.*,
    {{ tenant_kind('transactions.account_id') }} as tenant,
    coalesce(known_categories.reporting_category, 'unknown') as posting_category,
    coalesce(rules.side, 'credit') as gross_side,
    coalesce(rules.ledger_account, 'suspense') as gross_account,
    case when rules.rule_id is null then 'transaction_id' else rules.clearing_key end as gross_clearing_key,
    coalesce(rules.is_mirror, false) as is_gross_mirror,
    case when originals.transaction_id is not null
        then concat(transactions.account_id, ':', originals.transaction_id) end as reverses_entry_id
from {{ ref('fct_transactions') }} as transactions
{{- scope }}
left join known_categories on transactions.reporting_category = known_categories.reporting_category
left join rules
    on transactions.reporting_category = rules.reporting_category
    and {{ tenant_kind('transactions.account_id') }} = rules.tenant
    and transactions.flow_type = rules.flow_type
left join originals
    on transactions.account_id = originals.account_id
    and transactions.source_object_id = originals.source_object_id
    and {{ original_category('transactions.reporting_category') }} = originals.original_category
