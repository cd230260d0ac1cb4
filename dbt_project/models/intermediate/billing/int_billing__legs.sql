{#-
Every leg of the billing subledger. What takes back a sale that no export holds was revenue of days before the history: all
of it is contra revenue. Anything else that belongs to nothing known goes to suspense, where somebody will ask.
-#}
with

legs as (
    {%- for part in ['sold', 'paid', 'credited', 'ended', 'returned', 'connect'] %}
    select
        account_id, entry_object_id, entry_suffix, entry_kind, source_object_id, currency, leg, ledger_account, clearing_id, debit_minor,
        effective_at, recorded_at
    from {{ ref('int_billing__' ~ part) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

unplaced as (
    select movements.*
    from {{ ref('int_revenue_movements') }} as movements
    left join legs
        on movements.account_id = legs.account_id and movements.transaction_id = legs.entry_object_id and legs.leg = 'clearing'
    where legs.entry_object_id is null
)

select * from legs
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
