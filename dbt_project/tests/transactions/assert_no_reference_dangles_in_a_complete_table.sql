{{ config(meta={'dagster': {'ref': {'name': 'fct_transactions'}}}) }}
-- Guards completeness. Where a control file or a full snapshot proves that a table is whole, an id that it does
-- not hold means that a row was lost on one of the two sides.
select account_id, object_kind, object_id, reference_column, missing_from, missing_id
from {{ ref('int_references__dangling') }}
where is_proven
