with

dim_customers as (
    select
        account_id,
        customer_id,
        country,
        currency,
        tax_exempt,
        coalesce(is_delinquent, false) as is_delinquent,
        (is_deleted or coalesce(is_deleted_in_sigma, false)) as is_deleted,
        created_at
    from {{ ref('stg_stripe__customers') }}
    where coalesce(created_at, timestamptz '1970-01-01') <= timestamptz '{{ run_value("as_of") }}'
)

select * from dim_customers
