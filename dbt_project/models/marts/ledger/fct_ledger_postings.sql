{#-
The ledger: frozen postings of closed periods, and after them what the subledgers post, with the corrections of what
changed since. While nothing is closed, all that the subledgers post.
-#}
{%- set columns = posting_columns() | join(', ') -%}
-- depends_on: {{ ref('int_ledger__changed') }}, {{ ref('int_ledger__billing_changed') }}, {{ ref('int_revenue_components__changed') }}
-- depends_on: {{ ref('int_ledger__frozen_postings') }}, {{ ref('int_ledger__corrections') }}
select {{ columns }}
from {{ ref('int_ledger__postings') }}
{%- if keeps_frozen_postings() %}
where posting_date >= {{ first_open_day() }}
union all
select {{ columns }}
from {{ ref('int_ledger__corrections') }}
{%- if not is_incremental() %}
union all
select {{ columns }}
from {{ ref('int_ledger__frozen_postings') }}
{%- endif %}
{%- endif %}
