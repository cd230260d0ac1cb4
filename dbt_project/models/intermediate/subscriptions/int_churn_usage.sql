{#-
What the file of usage told of a customer before a month opened; the last run is open, and of the months before the first use
nothing is known.
-#}
with

used as (
    select account_id, customer_id, {{ month_number('usage_month') }} as month_number, sum(quantity) as quantity
    from {{ ref('int_customer_usage') }}
    group by account_id, customer_id, {{ month_number('usage_month') }}
),

-- outside the months that the file of a tenant speaks of nothing is known
spans as (
    select account_id, max(month_number) as last_number from used group by account_id
),

-- only after a month of use, and the one after it, can the answer be another one
points as (
    {%- for later in [1, 2] %}
    select account_id, customer_id, month_number + {{ later }} as month_number from used
    union
    {%- endfor %}
    select account_id, customer_id, 0 from used
    union
    select used.account_id, used.customer_id, spans.last_number + 2
    from used
    inner join spans on used.account_id = spans.account_id
),

told as (
    select
        points.*,
        case
            when points.month_number = 0 or points.month_number > spans.last_number + 1 then 'unknown'
            when coalesce(last_month.quantity, 0) = 0 then 'none'
            when last_month.quantity * 2 < coalesce(month_before.quantity, 0) then 'falling'
            else 'steady'
        end as usage
    from points
    inner join spans on points.account_id = spans.account_id
    {%- for other, ago in [('last_month', 1), ('month_before', 2)] %}
    left join used as {{ other }}
        on points.account_id = {{ other }}.account_id and points.customer_id = {{ other }}.customer_id
        and points.month_number - {{ ago }} = {{ other }}.month_number
    {%- endfor %}
)

{{ runs_of('told', 'usage') }}
