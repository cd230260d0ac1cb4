{#-
Movements of a customer in a currency: everything of one instant together. What nets to nothing is no movement, though revenue
may have moved from one price to another.
-#}
with

instants as (
    select
        account_id, customer_id, currency, effective_at, month,
        sum(change) as change,
        {{ joined_text('reason') }} as reason
    from {{ ref('int_mrr_legs') }}
    group by account_id, customer_id, currency, effective_at, month
),

moved as (
    select
        *,
        sum(change) over (
            partition by account_id, customer_id, currency order by effective_at rows between unbounded preceding and current row
        ) as mrr_after
    from instants
    where change <> 0
),

numbered as (
    select *, row_number() over (partition by account_id, customer_id, currency order by effective_at) as number
    from moved
)

select
    account_id,
    customer_id,
    currency,
    effective_at as moved_at,
    month,
    case
        when mrr_after = change then case when number = 1 then 'new' else 'reactivation' end
        when mrr_after = 0 then 'churn'
        when change > 0 then 'expansion'
        else 'contraction'
    end as movement,
    cast(mrr_after - change as decimal(18, 4)) as mrr_before,
    cast(mrr_after as decimal(18, 4)) as mrr_after,
    cast(change as decimal(18, 4)) as change,
    reason
from numbered
