{%- set columns = ['match_id', 'match_kind', 'account_id', 'currency', 'tier', 'confidence', 'alternative_count', 'status',
    'left_minor', 'right_minor', 'residual_minor', 'left_count', 'right_count', 'first_date', 'last_date', 'clear_by',
    'evidence'] -%}
select {{ columns | join(', ') }} from {{ ref('int_matches__found') }}
union all
select {{ columns | join(', ') }} from {{ ref('int_matches__sales_payout') }}
union all
select {{ columns | join(', ') }} from {{ ref('int_matches__platform_connected') }}
