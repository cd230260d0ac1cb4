{#-
Whom the company's own files mean: what they call a customer by is its Stripe id, else an e-mail address that one customer of
the tenant has. An address of several customers means none of them.
-#}
with

stated as (
    {%- for file in ['product_usage', 'marketing_attribution', 'support_tickets'] %}
    select account_id, customer_id as customer_key from {{ ref('stg_business__' ~ file) }} where trim(customer_id) <> ''
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

addresses as (
    select account_id, lower(trim(email)) as email, min(customer_id) as customer_id, count(*) as customers
    from {{ ref('stg_stripe__customers') }}
    where trim(email) <> '' and not is_deleted
    group by account_id, lower(trim(email))
)

select
    stated.account_id,
    stated.customer_key,
    coalesce(customers.customer_id, case when addresses.customers = 1 then addresses.customer_id end) as customer_id,
    case
        when customers.customer_id is not null then 'id'
        when addresses.customers = 1 then 'email'
        when addresses.customers > 1 then 'ambiguous_email'
        else 'unknown'
    end as evidence
from stated
left join {{ ref('stg_stripe__customers') }} as customers
    on stated.account_id = customers.account_id and trim(stated.customer_key) = customers.customer_id
left join addresses
    on stated.account_id = addresses.account_id and lower(trim(stated.customer_key)) = addresses.email
