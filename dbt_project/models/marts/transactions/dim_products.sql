with

dim_products as (
    select
        account_id,
        product_id,
        name,
        (coalesce(is_active, true) and not is_deleted) as is_active,
        is_deleted,
        created_at
    from {{ ref('stg_stripe__products') }}
    where coalesce(created_at, timestamptz '1970-01-01') <= timestamptz '{{ run_value("as_of") }}'
)

select * from dim_products
