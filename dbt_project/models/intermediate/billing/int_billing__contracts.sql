{#-
What contracts post beside revenue. Goods expected back are owed and an asset, not sold (ASC 606-10-55-23); what is given back
on the bills of a contract settles that debt first, and the goods return to the inventory.
-#}
{%- set as_of = "timestamptz '" ~ run_value("as_of") ~ "'" -%}
with

earned as (
    select
        account_id, contract_id, currency, measure, amount_minor, earned_at, recorded_at, {{ period_number(local_date('earned_at')) }} as month_number,
        concat_ws(':', obligation_id, cast(version_number as varchar), {{ period_text(period_first_day('month_number')) }}) as entry_object_id
    from {{ ref('int_contract_earnings') }}
    where measure <> 'revenue' and earned_at <= {{ as_of }}
),

components as (
    select account_id, concat('deferred.', component_id) as leg, contract_id
    from {{ ref('fct_revenue_components') }}
    where policy = 'by_contract' and event_id is not null
),

given_back as (
    {%- for part in ['credited', 'returned'] %}
    select
        legs.account_id, components.contract_id, legs.currency, {{ period_number(local_date('legs.effective_at')) }} as month_number,
        legs.debit_minor, legs.effective_at, legs.recorded_at
    from {{ ref('int_billing__' ~ part) }} as legs
    inner join components on legs.account_id = components.account_id and legs.leg = components.leg
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

monthly as (
    select
        account_id, contract_id, currency, month_number,
        sum(given_minor) as given_minor, sum(owed_minor) as owed_minor, sum(goods_minor) as goods_minor,
        max(effective_at) as effective_at, max(recorded_at) as recorded_at
    from (  -- noqa: ST05
        select
            account_id, contract_id, currency, month_number, debit_minor as given_minor, 0 as owed_minor, 0 as goods_minor,
            effective_at, recorded_at
        from given_back
        union all
        select
            account_id, contract_id, currency, month_number, 0,
            case when measure = 'expected_return' then amount_minor else 0 end,
            case when measure = 'return_asset' then amount_minor else 0 end, earned_at, recorded_at
        from earned
    ) as parts
    group by account_id, contract_id, currency, month_number
),

running as (
    select
        account_id, contract_id, currency, month_number, effective_at, recorded_at,
        sum(owed_minor) over so_far as owed_minor,
        sum(goods_minor) over so_far as goods_minor,
        greatest(least(sum(given_minor) over so_far, sum(owed_minor) over so_far), 0) as settled_minor
    from monthly
    window so_far as (
        partition by account_id, contract_id, currency order by month_number rows between unbounded preceding and current row
    )
),

settled as (
    select
        *,
        settled_minor - coalesce(lag(settled_minor) over months, 0) as money_minor,
        coalesce({{ share_of('goods_minor', 'settled_minor', 'nullif(owed_minor, 0)') }}, 0)
        - coalesce(lag(coalesce({{ share_of('goods_minor', 'settled_minor', 'nullif(owed_minor, 0)') }}, 0)) over months, 0) as returned_minor
    from running
    window months as (partition by account_id, contract_id, currency order by month_number)
),

legs as (
    {%- for measure, debit, credit in [
        ('expected_return', 'contract_balances', 'refund_liability'), ('cost_of_sales', 'cost_of_sales', 'inventory'),
        ('return_asset', 'return_assets', 'inventory')
    ] %}
    {%- for account, sign in [(debit, ''), (credit, '-')] %}
    select
        account_id, entry_object_id, '{{ measure }}' as entry_suffix, '{{ measure }}' as entry_kind, contract_id, currency,
        '{{ account }}' as ledger_account, {{ sign }}amount_minor as debit_minor, earned_at as effective_at, recorded_at
    from earned where measure = '{{ measure }}'
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for account, amount in [
        ('refund_liability', 'money_minor'), ('contract_balances', '-money_minor'), ('inventory', 'returned_minor'),
        ('return_assets', '-returned_minor')
    ] %}
    select
        account_id, concat_ws(':', contract_id, {{ period_text(period_first_day('month_number')) }}), 'returned_goods', 'returned_goods', contract_id,
        currency, '{{ account }}', {{ amount }}, effective_at, recorded_at
    from settled
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    account_id, entry_object_id, entry_suffix, entry_kind, contract_id as source_object_id, cast(null as varchar) as invoice_id, currency,
    ledger_account as leg, ledger_account, cast(null as varchar) as clearing_id, cast(debit_minor as bigint) as debit_minor,
    effective_at, recorded_at
from legs
where debit_minor <> 0
