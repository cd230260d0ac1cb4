{#-
What moved each kind of balance in a period: what the bill did, what recognition did, everything else. The sides of a
contract (asset or liability) come from its own net, so that their sums tie to the ledger is no matter of construction.
-#}
{%- set amounts = ['billed', 'recognized', 'recognized_from_opening', 'adjusted', 'settled', 'reclassified', 'fx', 'moved'] -%}
with

contracts as (
    select * from {{ ref('int_contract_balances') }}
),

postings as (
    select account_id, currency, period_id, ledger_account, subledger, entry_kind, entry_id, debit_minor - credit_minor as debit_minor
    from {{ ref('fct_ledger_postings') }}
    where ledger_account in ('accounts_receivable', 'customer_balance', 'external_customer_balance', 'refund_liability', 'fx_loss')
),

-- a receivable is settled at the rate of the day: what it lost or gained on the way is FX
owed as (
    select
        account_id, currency, period_id, entry_id, max(entry_kind) as entry_kind,
        sum(case when ledger_account = 'accounts_receivable' then debit_minor else 0 end) as debit_minor,
        -sum(case when ledger_account = 'fx_loss' then debit_minor else 0 end) as fx_minor
    from postings
    where ledger_account in ('accounts_receivable', 'fx_loss')
    group by account_id, currency, period_id, entry_id
    having bool_or(ledger_account = 'accounts_receivable')
),

movements as (
    select
        account_id, currency, period_id, 'receivable' as balance_kind,
        case when entry_kind = 'invoice_finalized' then debit_minor else 0 end as billed_minor,
        0 as recognized_minor,
        0 as recognized_from_opening_minor,
        case when entry_kind = 'invoice_finalized' then 0 else debit_minor - fx_minor end as adjusted_minor,
        case when entry_kind in ('invoice_payment', 'customer_balance', 'paid_out_of_band', 'credit_note_refund')
            then debit_minor - fx_minor else 0 end as settled_minor,
        0 as reclassified_minor,
        fx_minor,
        debit_minor as moved_minor
    from owed
    union all
    select
        account_id, currency, period_id, case ledger_account when 'customer_balance' then 'customer_balance' else 'refund_liability' end,
        0, 0, 0, -debit_minor, 0, 0, 0, -debit_minor
    from postings
    where ledger_account in ('customer_balance', 'external_customer_balance', 'refund_liability')
    union all
    select
        account_id, currency, period_id, 'unbilled_receivable', unbilled_billed_minor, unbilled_recognized_minor, 0,
        unbilled_adjusted_minor + receivable_reclassified_minor, 0, receivable_reclassified_minor, 0,
        receivable_minor - opening_receivable_minor
    from contracts
    where unbilled_billed_minor <> 0 or unbilled_recognized_minor <> 0 or unbilled_adjusted_minor <> 0 or receivable_reclassified_minor <> 0
    union all
    select
        account_id, currency, period_id, 'contract_liability',
        case when is_asset then 0 else deferred_billed_minor end,
        case when is_asset then 0 else deferred_recognized_minor end,
        recognized_from_opening_minor,
        case when is_asset then 0 else deferred_adjusted_minor end + liability_reclassified_minor,
        0, liability_reclassified_minor, 0, liability_minor - opening_liability_minor
    from contracts
    union all
    select
        account_id, currency, period_id, 'contract_asset',
        case when is_asset then deferred_billed_minor else 0 end,
        case when is_asset then deferred_recognized_minor else 0 end,
        0,
        case when is_asset then -deferred_adjusted_minor else 0 end + asset_reclassified_minor,
        0, asset_reclassified_minor, 0, asset_minor - opening_asset_minor
    from contracts
    where is_asset or asset_reclassified_minor <> 0
)

select
    account_id, currency, balance_kind, period_id
    {%- for name in amounts %},
    cast(sum({{ name }}_minor) as bigint) as {{ name }}_minor
    {%- endfor %}
from movements
group by account_id, currency, balance_kind, period_id
