{#-
How many tickets a customer opened in the three months before one opened; the last run is open. The runs of no customer are those
of whoever never asked.
-#}
with

asked as (
    select account_id, customer_id, {{ month_number('month') }} as month_number, sum(ticket_count) as tickets
    from {{ ref('int_customer_tickets') }}
    group by account_id, customer_id, {{ month_number('month') }}
),

-- outside the months that the file of a tenant speaks of nothing is known
spans as (
    select account_id, min(month_number) as first_number, max(month_number) as last_number from asked group by account_id
),

customers as (
    select account_id, customer_id from asked
    union
    select account_id, '' from spans
),

-- only until four months after a ticket can the answer be another one
points as (
    {%- for later in [1, 2, 3, 4] %}
    select account_id, customer_id, month_number + {{ later }} as month_number from asked
    union
    {%- endfor %}
    {%- for edge in ['0', 'spans.first_number + 1', 'spans.last_number + 4'] %}
    select customers.account_id, customers.customer_id, {{ edge }}
    from customers
    inner join spans on customers.account_id = spans.account_id
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

summed as (
    select points.account_id, points.customer_id, points.month_number, coalesce(sum(asked.tickets), 0) as tickets
    from points
    left join asked
        on points.account_id = asked.account_id and points.customer_id = asked.customer_id
        and asked.month_number between points.month_number - 3 and points.month_number - 1
    group by points.account_id, points.customer_id, points.month_number
),

told as (
    select
        summed.account_id, summed.customer_id, summed.month_number,
        case
            when summed.month_number not between spans.first_number + 1 and spans.last_number + 3 then 'unknown'
            when summed.tickets = 0 then 'no tickets'
            when summed.tickets = 1 then '1 ticket'
            else '2 or more tickets'
        end as support
    from summed
    inner join spans on summed.account_id = spans.account_id
)

{{ runs_of('told', 'support') }}
