with

own_account as (
    select
        stripe_account_id,
        country,
        coalesce(business_name, display_name, legal_name) as name,
        row_number() over (order by observed_at desc, stripe_account_id) as recency
    from {{ ref('stg_stripe__own_account') }}
    where account_id = 'platform' and not is_deleted
),

connected as (
    select
        stripe_account_id,
        country,
        coalesce(business_name, display_name, legal_name) as name,
        row_number() over (partition by stripe_account_id order by observed_at desc, account_id) as recency
    from {{ ref('stg_stripe__accounts') }} as accounts
    where accounts.stripe_account_id not in (select own_account.stripe_account_id from own_account)
),

-- a tenant that only shows in transactions is a tenant all the same
tenants as (
    select distinct account_id from {{ ref('fct_transactions') }} where account_id <> 'platform'
    union
    select stripe_account_id from connected
),

dim_accounts as (
    select
        'platform' as account_id,
        own_account.stripe_account_id,
        'platform' as kind,
        own_account.country,
        own_account.name
    -- the platform is there even when nobody sent its own account
    from (select 1 as one) as platform  -- noqa: ST11
    left join own_account on own_account.recency = 1
    union all
    select
        tenants.account_id,
        tenants.account_id as stripe_account_id,
        'connected' as kind,
        connected.country,
        connected.name
    from tenants
    left join connected on tenants.account_id = connected.stripe_account_id and connected.recency = 1
)

select * from dim_accounts
