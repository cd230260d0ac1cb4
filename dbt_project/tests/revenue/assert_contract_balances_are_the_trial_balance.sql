{{ config(meta={'dagster': {'ref': {'name': 'agg_contract_balances'}}}) }}
-- Guards that nothing is lost between ledger and balance sheet: the kinds of balance close with what the ledger accounts
-- behind them close with, and what changes sides inside a contract leaves one side as it enters the other.
{%- set behind = {
    'accounts_receivable': 'receivable', 'customer_balance': 'customer_balance', 'external_customer_balance': 'refund_liability',
    'refund_liability': 'refund_liability', 'deferred_revenue': 'contracts', 'unbilled_receivable': 'contracts', 'contract_balances': 'contracts'
} %}
with

closed as (
    select
        account_id, currency, period_id,
        case when balance_kind in ('contract_asset', 'contract_liability', 'unbilled_receivable') then 'contracts' else balance_kind end
            as behind,
        case when balance_kind in ('receivable', 'unbilled_receivable', 'contract_asset') then closing_minor else -closing_minor end
            as closing_minor,
        case when balance_kind in ('receivable', 'unbilled_receivable', 'contract_asset') then reclassified_minor else -reclassified_minor end
            as reclassified_minor
    from {{ ref('agg_contract_balances') }}
),

sides as (
    select account_id, currency, period_id, behind, closing_minor, 0 as ledger_minor, reclassified_minor from closed
    union all
    select
        account_id, currency, period_id,
        case ledger_account
            {%- for account, kind in behind.items() %}
            when '{{ account }}' then '{{ kind }}'
            {%- endfor %}
        end,
        0, closing_minor, 0
    from {{ ref('agg_trial_balance_monthly') }}
    where ledger_account in ('{{ behind.keys() | join("', '") }}')
)

select
    account_id, currency, period_id, behind, sum(closing_minor) as closing_minor, sum(ledger_minor) as ledger_minor,
    sum(reclassified_minor) as reclassified_minor
from sides
group by account_id, currency, period_id, behind
having sum(closing_minor) <> sum(ledger_minor) or sum(reclassified_minor) <> 0
