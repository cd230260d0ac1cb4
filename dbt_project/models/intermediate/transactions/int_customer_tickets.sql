{#- How often each customer asked for help in a month. -#}
select
    tickets.account_id,
    keys.customer_id,
    {{ month_start(local_date('tickets.opened_at')) }} as month,
    count(*) as ticket_count,
    max(tickets.opened_at) as last_ticket_at
from {{ ref('stg_business__support_tickets') }} as tickets
left join {{ ref('int_customer_keys') }} as keys
    on tickets.account_id = keys.account_id and tickets.customer_id = keys.customer_key
where tickets.opened_at <= timestamptz '{{ run_value("as_of") }}'
group by tickets.account_id, keys.customer_id, {{ month_start(local_date('tickets.opened_at')) }}
