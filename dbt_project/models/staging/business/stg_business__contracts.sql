select
    _account_id as account_id,
    contract_id,
    obligation_id,
    lower(trim(treatment)) as treatment,
    customer_id,
    product_id,
    {{ typed('currency', 'varchar', 'currency') }} as currency,
    {%- for name in [
        'price_minor', 'variable_minor', 'constrained_minor', 'expected_returns_minor', 'cost_minor', 'standalone_minor', 'quantity'
    ] %}
    {{ typed(name, 'bigint', name) }} as {{ name }},
    {%- endfor %}
    {{ instant('service_start_at') }} as service_start_at,
    {{ instant('service_end_at') }} as service_end_at,
    {{ instant('effective_at') }} as effective_at,
    _observed_at as observed_at,
    _received_at as recorded_at,
    _load_seq as load_seq
from {{ source('business', 'contracts') }}
