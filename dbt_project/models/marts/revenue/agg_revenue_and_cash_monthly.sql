{#- Clearing accounts of the money subledger as a receipt sees them: what is credited there came in. -#}
{%- set receipts = {
    'charged': 'charge_clearing', 'application_fee': 'application_fee_clearing', 'refunded': 'refund_clearing', 'disputed': 'dispute_clearing'
} -%}
with

cash as (
    select
        account_id, currency, {{ period_start('posting_date') }} as revenue_month, ledger_account,
        credit_minor - debit_minor as received_minor
    from {{ ref('fct_ledger_postings') }}
    where subledger = 'money'
        -- what a seller pays its platform is a cost, not a receipt that is less
        and (ledger_account in ('charge_clearing', 'refund_clearing', 'dispute_clearing')
            or ledger_account = 'application_fee_clearing' and leg = 'gross')
),

both_sides as (
    select
        account_id, currency, revenue_month, revenue_minor, contra_minor, net_revenue_minor
        {%- for name in receipts %}, 0 as {{ name }}_minor{% endfor %}
    from {{ ref('agg_revenue_monthly') }}
    where slice_kind = 'all'
    union all
    select
        account_id, currency, revenue_month, 0, 0, 0
        {%- for account in receipts.values() %},
        case when ledger_account = '{{ account }}' then received_minor else 0 end
        {%- endfor %}
    from cash
)

select
    account_id,
    currency,
    revenue_month,
    {%- for name in ['revenue', 'contra', 'net_revenue', 'charged', 'application_fee', 'refunded', 'disputed'] %}
    cast(sum({{ name }}_minor) as bigint) as {{ name }}_minor,
    {%- endfor %}
    cast(sum({{ receipts.keys() | join('_minor + ') }}_minor) as bigint) as cash_minor,
    cast(sum({{ receipts.keys() | join('_minor + ') }}_minor - net_revenue_minor) as bigint) as difference_minor
from both_sides
group by account_id, currency, revenue_month
