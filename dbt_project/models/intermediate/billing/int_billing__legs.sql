{#-
Every leg of the billing subledger. What bills a contract, or gives back such a bill, moves the balance of the contract.
What takes back a sale that no export holds was revenue of days before the history: all of it is contra revenue. Anything else
that belongs to nothing known goes to suspense, where somebody will ask.
-#}
with

legs as (
    {%- for part in ['sold', 'paid', 'credited', 'ended', 'returned', 'connect', 'contracts', 'remeasured'] %}
    select
        account_id, entry_object_id, entry_suffix, entry_kind, source_object_id, currency, leg, ledger_account, clearing_id, debit_minor,
        effective_at, recorded_at
    from {{ ref('int_billing__' ~ part) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- components of bills whose contracts tell what is earned: few, or none
contracted as (
    select account_id, concat('deferred.', component_id) as leg
    from {{ ref('fct_revenue_components') }}
    where policy = 'by_contract'
),

unplaced as (
    select movements.*
    from {{ ref('int_revenue_movements') }} as movements
    left join legs
        on movements.account_id = legs.account_id and movements.transaction_id = legs.entry_object_id and legs.leg = 'clearing'
    where legs.entry_object_id is null
)

select
    legs.account_id, legs.entry_object_id, legs.entry_suffix, legs.entry_kind, legs.source_object_id, legs.currency, legs.leg,
    case when contracted.leg is not null then 'contract_balances' else legs.ledger_account end as ledger_account,
    legs.clearing_id, legs.debit_minor, legs.effective_at, legs.recorded_at
from legs
left join contracted on legs.account_id = contracted.account_id and legs.leg = contracted.leg
union all
select
    account_id, transaction_id, 'unplaced', 'unplaced', coalesce(source_object_id, transaction_id), currency, 'clearing',
    clearing_account, clearing_id, gross_minor, created_at, recorded_at
from unplaced
union all
select
    account_id, transaction_id, 'unplaced', 'unplaced', coalesce(source_object_id, transaction_id), currency, 'other',
    {{ account_of_orphans('reporting_category') }},
    case when {{ account_of_orphans('reporting_category') }} = 'suspense' then transaction_id end,
    -gross_minor, created_at, recorded_at
from unplaced
