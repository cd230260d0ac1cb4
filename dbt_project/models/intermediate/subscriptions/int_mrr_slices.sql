{#-
The same changes per slice and customer. What is new, back or gone is so for the customer; the rest raises or lowers the slice,
so a move from one price to another is contraction there and expansion here, never churn.
-#}
with

sliced as (
    {%- for kind, value in mrr_slices().items() %}
    select account_id, customer_id, currency, effective_at, month, '{{ kind }}' as slice_kind, {{ value }} as slice_value, sum(change) as change
    from {{ ref('int_mrr_legs') }}
    group by account_id, customer_id, currency, effective_at, month, {{ value }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

moved as (
    select
        *,
        sum(change) over (
            partition by account_id, slice_kind, slice_value, customer_id, currency order by effective_at
            rows between unbounded preceding and current row
        ) as mrr_after
    from sliced
    where change <> 0
)

select
    moved.account_id,
    moved.currency,
    moved.slice_kind,
    moved.slice_value,
    moved.customer_id,
    moved.effective_at,
    moved.month,
    case when movements.movement in ('new', 'reactivation', 'churn') then movements.movement
        when moved.change > 0 then 'expansion' else 'contraction' end as movement,
    cast(moved.mrr_after - moved.change as decimal(18, 4)) as mrr_before,
    cast(moved.mrr_after as decimal(18, 4)) as mrr_after,
    cast(moved.change as decimal(18, 4)) as change
from moved
left join {{ ref('int_mrr_movements') }} as movements
    on moved.account_id = movements.account_id and moved.customer_id = movements.customer_id
    and moved.currency = movements.currency and moved.effective_at = movements.moved_at
