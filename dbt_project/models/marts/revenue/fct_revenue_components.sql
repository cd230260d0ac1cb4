-- depends_on: {{ ref('int_revenue_components__changed') }}
select
    placed.{{ model.columns.keys() | join(',\n    placed.') }}
from {{ ref('int_revenue_components__placed') }} as placed
{%- if is_incremental() %}
where {{ is_changed_component('placed') }}
{%- endif %}
