{#- Every piece of what was sold, with the time in which it is earned and its money in the currency of its books. -#}
with

pieces as (
    select
        *,
        policy <> 'point_in_time' and earned_at is null and service_start_at < service_end_at as has_service
    from {{ ref('int_revenue_lines__pieces') }}
),

dated as (
    select
        *,
        case
            when not coalesce(has_service, false) then coalesce(earned_at, booked_at)
            when policy = 'by_day' then {{ local_midnight(local_date('service_start_at')) }}
            else service_start_at
        end as starts_at,
        case
            when not coalesce(has_service, false) then coalesce(earned_at, booked_at)
            when policy = 'by_day' then {{ local_midnight(local_date('service_end_at')) }}
            else service_end_at
        end as ends_at
    from pieces
),

-- converted as running sums over the bill, so that its parts add up to what is owed
running as (
    select
        *,
        coalesce(sum(amount_minor + tax_minor + passthrough_minor) over (
            partition by account_id, bill_kind, bill_id order by component_id rows between unbounded preceding and 1 preceding
        ), 0) as earlier_minor
    from dated
)

select
    account_id, bill_kind, bill_id, component_id,
    nullif(parent_id, component_id) as parent_component_id,
    kind, source_object_id, customer_id, product_id, price_id, subscription_item_id, is_metered, invoice_id, contract_id, obligation,
    party,
    case when starts_at < ends_at or policy in ('on_fulfilment', 'by_contract') then policy else 'point_in_time' end as policy,
    {{ text_hash("concat_ws('|', policy, rule_id, window_months, '" ~ run_value('catch_up') ~ "')") }} as policy_version,
    currency, amount_minor, books_currency,
    {%- set parts = ['earlier_minor', 'amount_minor', 'tax_minor', 'passthrough_minor'] %}
    {%- for name in ['books_minor', 'tax_minor', 'passthrough_minor'] %}
    {{ share_of(parts[:loop.index + 1] | join(' + '), 'books_part', 'own_part') }}
    - {{ share_of(parts[:loop.index] | join(' + '), 'books_part', 'own_part') }} as {{ name }},
    {%- endfor %}
    starts_at, ends_at, booked_at, billed_at, is_passed_on, recorded_at,
    row_number() over (partition by account_id, bill_kind, bill_id order by component_id) as line_number
from running
where amount_minor <> 0 or tax_minor <> 0 or passthrough_minor <> 0 or is_passed_on
