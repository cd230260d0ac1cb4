{#- What is sold is owed (or paid) and deferred; what of it was earned before the invoice leaves the unbilled receivable. -#}
with

lines as (
    select * from {{ ref('int_revenue_lines') }} where billed_at is not null
),

-- earned before the month of the invoice
earned as (
    select account_id, component_id, sum(recognized_minor) as earned_minor
    from {{ ref('fct_revenue_schedule') }}
    where is_unbilled and is_base
    group by account_id, component_id
),

billed as (
    select lines.*, coalesce(earned.earned_minor, 0) as earned_minor
    from lines
    left join earned on lines.account_id = earned.account_id and lines.component_id = earned.component_id
    where lines.bill_kind = 'invoice'
),

movements as (
    select * from {{ ref('int_revenue_movements') }}
),

-- of a destination charge without an invoice, what is passed on was never the platform's
passed_on as (
    select distinct account_id, transfer_id from movements
    where reporting_category = 'charge' and flow_type = 'destination' and invoice_id is null and account_id = 'platform'
),

paid as (
    select movements.* from movements
    left join passed_on on movements.account_id = passed_on.account_id and movements.transfer_id = passed_on.transfer_id
    where movements.reporting_category in ('charge', 'partial_capture_reversal') and movements.invoice_id is null
        or movements.reporting_category = 'platform_earning'
        or movements.reporting_category = 'transfer' and movements.flow_type = 'destination' and passed_on.transfer_id is not null
),

legs as (
    {%- set legs = {
        'receivable': ('accounts_receivable', 'books_minor + tax_minor + passthrough_minor'),
        'deferred': ('deferred_revenue', 'earned_minor - books_minor'),
        'unbilled': ('unbilled_receivable', '-earned_minor'),
        'tax': ('tax_liability', '-tax_minor'),
        'passthrough': ('passthrough_fees', '-passthrough_minor'),
    } %}
    {%- for leg, (account, amount) in legs.items() %}
    select
        account_id, bill_id as entry_object_id, 'finalized' as entry_suffix, 'invoice_finalized' as entry_kind,
        bill_id as source_object_id, bill_id as invoice_id, books_currency as currency,
        concat('{{ leg }}.', component_id) as leg, '{{ account }}' as ledger_account, cast(null as varchar) as clearing_id,
        cast({{ amount }} as bigint) as debit_minor, billed_at as effective_at, recorded_at
    from billed
    union all
    {%- endfor %}
    select
        account_id, transaction_id, 'sold', 'payment', sold_id, null, currency,
        'clearing', clearing_account, clearing_id, gross_minor, created_at, recorded_at
    from paid
    union all
    select
        account_id, transaction_id, 'sold', 'payment', sold_id, null, currency,
        'deferred', 'deferred_revenue', null, -gross_minor, created_at, recorded_at
    from paid
)

select * from legs where debit_minor <> 0
