{#- E-mail addresses that lead to one customer; an address of several customers leads to none. -#}
select account_id, lower(trim(email)) as email, max(customer_id) as customer_id
from {{ ref('stg_stripe__customers') }}
where trim(email) <> '' and not is_deleted
group by account_id, lower(trim(email))
having count(*) = 1
