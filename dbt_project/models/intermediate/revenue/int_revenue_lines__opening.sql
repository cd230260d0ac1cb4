{#- Deferred revenue that a company brings along: what remains of it is earned from the day on which the books open. -#}
select
    account_id,
    'opening' as bill_kind,
    schedule_id as bill_id,
    concat('opening:', schedule_id) as component_id,
    'opening_schedule' as kind,
    schedule_id as source_object_id,
    customer_id,
    product_id,
    cast(null as varchar) as price_id,
    cast(null as varchar) as subscription_item_id,
    1 as quantity,
    false as is_metered,
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as description,
    lower(currency) as currency,
    remaining_minor as amount_minor,
    0 as tax_minor,
    greatest({{ local_midnight('service_start_date') }}, {{ local_midnight('opening_date') }}) as service_start_at,
    {{ local_midnight(days_after('service_end_date', 1)) }} as service_end_at,
    {{ local_midnight('opening_date') }} as booked_at,
    {{ local_midnight('opening_date') }} as billed_at,
    {{ local_midnight('opening_date') }} as recorded_at
from {{ ref('int_opening_schedules') }}
where opening_date <= {{ local_date("timestamptz '" ~ run_value("as_of") ~ "'") }}
