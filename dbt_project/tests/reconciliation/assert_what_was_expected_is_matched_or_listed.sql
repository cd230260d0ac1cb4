{{ config(meta={'dagster': {'ref': {'name': 'fct_match_members'}}}) }}
-- Guards completeness of matching: whatever was given to the matcher stands in exactly one match, unmatched ones too.
with

expected as (
    select id, scope as account_id, object_kind, object_id from {{ ref('int_match_items__payouts') }}
),

listed as (
    select account_id, object_kind, object_id, count(*) as times
    from {{ ref('fct_match_members') }}
    where match_kind = 'payout_bank' and side = 'left'
    group by account_id, object_kind, object_id
)

select expected.id, listed.times
from expected
left join listed
    on expected.account_id = listed.account_id
    and expected.object_kind = listed.object_kind
    and expected.object_id = listed.object_id
where listed.times is distinct from 1
