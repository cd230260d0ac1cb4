{#- Who saw which object, of the kinds that Stripe dates and lists by themselves, where two sources tell of them. -#}
{%- set kinds = [
    ('balance_transaction', 'stg_stripe__balance_transactions', 'transaction_id', 'currency', 'net_minor', 'balance_transactions', false),
    ('charge', 'stg_stripe__charges', 'charge_id', 'currency', 'amount_minor', 'charges', true),
    ('refund', 'stg_stripe__refunds', 'refund_id', 'currency', 'amount_minor', 'refunds', true),
    ('dispute', 'stg_stripe__disputes', 'dispute_id', 'currency', 'amount_minor', 'disputes', true),
    ('payout', 'stg_stripe__payouts', 'payout_id', 'currency', 'amount_minor', 'transfers', true),
    ('transfer', 'stg_stripe__transfers', 'transfer_id', 'currency', 'amount_minor', 'transfers', true),
    ('application_fee', 'stg_stripe__application_fees', 'application_fee_id', 'currency', 'amount_minor', 'application_fees', true),
    ('topup', 'stg_stripe__topups', 'topup_id', 'currency', 'amount_minor', 'topups', true),
    ('customer', 'stg_stripe__customers', 'customer_id', 'cast(null as varchar)', 'cast(null as bigint)', 'customers', true),
    ('invoice', 'stg_stripe__invoices', 'invoice_id', 'currency', 'total_minor', 'invoices', true),
    ('subscription', 'stg_stripe__subscriptions', 'subscription_id', 'cast(null as varchar)', 'cast(null as bigint)', 'subscriptions', true),
    ('credit_note', 'stg_stripe__credit_notes', 'credit_note_id', 'currency', 'amount_minor', 'credit_notes', true),
] -%}
with

-- most companies have one source: then there is nothing to compare, and the ids of millions of rows stay unread
tellers as (
{%- for kind, _, _, _, _, table_name, _ in kinds %}
    select
        '{{ kind }}' as object_kind,
        (select count(*) from (select 1 from {{ source('sigma', table_name) }} limit 1) as one)  -- noqa: AM09,ST05
        + (select count(*) from (select 1 from {{ source('api', kind) }} where kind = 'list' limit 1) as one)  -- noqa: AM09,ST05
        + (select count(*) from (select 1 from {{ source('api', kind) }} where kind = 'event' limit 1) as one) as teller_count  -- noqa: AM09,ST05
    {{ 'union all' if not loop.last }}
{%- endfor %}
)

{% for kind, model_name, id, currency, amount, table_name, has_events in kinds -%}
select
    objects.account_id,
    '{{ kind }}' as object_kind,
    objects.{{ id }} as object_id,
    '{{ table_name }}' as sigma_table,
    {{ has_events }} as has_events,
    {{ currency }} as currency,
    {{ amount }} as amount_minor,
    objects.created_at,
    {{ 'objects.is_deleted or coalesce(objects.is_deleted_in_sigma, false)' if kind == 'customer' else 'objects.is_deleted' }} as is_deleted,
    exported.object_id is not null as is_in_sigma,
    exported.observed_at as exported_at,
    coalesce(observed.is_listed, false) as is_in_lists,
    observed.listed_at,
    coalesce(observed.is_evented, false) as is_in_events,
    observed.first_evented_at,
    observed.last_evented_at
from {{ ref(model_name) }} as objects
left join (  -- noqa: ST05
    select _account_id as account_id, id as object_id, max(_observed_at) as observed_at
    from {{ source('sigma', table_name) }}
    where not _is_deleted and (select tellers.teller_count from tellers where tellers.object_kind = '{{ kind }}') > 1
    group by _account_id, id
) as exported
    on objects.account_id = exported.account_id and objects.{{ id }} = exported.object_id
left join (  -- noqa: ST05
    select
        account_id, object_id, bool_or(kind = 'list') as is_listed, bool_or(kind = 'event') as is_evented,
        max(case when kind = 'list' then observed_at end) as listed_at,
        min(case when kind = 'event' then observed_at end) as first_evented_at,
        max(case when kind = 'event' then observed_at end) as last_evented_at
    from {{ source('api', kind) }}
    where (select tellers.teller_count from tellers where tellers.object_kind = '{{ kind }}') > 1
    group by account_id, object_id
) as observed
    on objects.account_id = observed.account_id and objects.{{ id }} = observed.object_id
where (select tellers.teller_count from tellers where tellers.object_kind = '{{ kind }}') > 1
{{ 'union all' if not loop.last }}
{% endfor %}
