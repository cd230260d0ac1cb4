{#- Every name by which an account is known to Stripe, or to the company's map under the account's own id. -#}
with

tenants as (
    select account_id, stripe_account_id, name from {{ ref('dim_accounts') }} where stripe_account_id is not null
),

accounts as (
    select stripe_account_id, business_name, display_name, legal_name
    from {{ ref('stg_stripe__accounts') }}
    where not is_deleted
),

names as (
    select stripe_account_id, name from tenants
    union all
    select stripe_account_id, business_name from accounts
    union all
    select stripe_account_id, display_name from accounts
    union all
    select stripe_account_id, legal_name from accounts
    union all
    select stated_account_id, name from {{ ref('stg_business__account_map') }}
    union all
    select stated_account_id, official_name from {{ ref('stg_business__account_map') }}
),

keyed as (
    select tenants.account_id, tenants.stripe_account_id, {{ business_name_key('names.name') }} as name_key
    from names
    inner join tenants on names.stripe_account_id = tenants.stripe_account_id
)

select distinct account_id, stripe_account_id, name_key
from keyed
where name_key is not null
