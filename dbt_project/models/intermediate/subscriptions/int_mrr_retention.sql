{#-
What became of the revenue of one and of twelve months before, as changes from month to month: per customer the revenue of then
and of now are two stairs, so what was kept changes only where one of them has a step. No row per customer and month.
-#}
with

months as (
    select
        {{ mrr_key() }}, customer_id, {{ month_number('month') }} as month_number, sum(change) as change
    from {{ ref('int_mrr_slices') }}
    group by {{ mrr_key() }}, customer_id, {{ month_number('month') }}
),

stairs as (
    {%- for lag in [1, 12] %}
    select {{ mrr_key() }}, customer_id, {{ lag }} as lag_months, month_number, change as now_change, 0 as then_change from months
    union all
    select {{ mrr_key() }}, customer_id, {{ lag }}, month_number + {{ lag }}, 0, change from months
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

steps as (
    select
        {{ mrr_key() }}, customer_id, lag_months, month_number,
        sum(now_change) as now_change, sum(then_change) as then_change
    from stairs
    group by {{ mrr_key() }}, customer_id, lag_months, month_number
),

standing as (
    select
        *,
        sum(now_change) over months_of_customer as now_mrr,
        sum(then_change) over months_of_customer as then_mrr
    from steps
    window months_of_customer as (
        partition by {{ mrr_key() }}, lag_months, customer_id order by month_number
        rows between unbounded preceding and current row
    )
),

-- what stood before a step is what stands after it without its changes
kept as (
    select
        *,
        least(now_mrr, then_mrr) - least(now_mrr - now_change, then_mrr - then_change) as kept_change,
        case when then_mrr > 0 then now_mrr else 0 end
            - case when then_mrr > then_change then now_mrr - now_change else 0 end as net_change
    from standing
)

select
    {{ mrr_key() }}, lag_months, month_number,
    cast(sum(then_change) as decimal(18, 4)) as then_change,
    cast(sum(kept_change) as decimal(18, 4)) as kept_change,
    cast(sum(net_change) as decimal(18, 4)) as net_change
from kept
group by {{ mrr_key() }}, lag_months, month_number
