{#-
Each version with the point from which its amounts are earned. A catch-up keeps that point: what was earned is worked out
anew under the new terms. Prospective terms begin a new contract: what was earned by then stands, and the rest is spread over
what remains (ASC 606-10-25-13). Versions build on one another, so they are walked.
-#}
with recursive

amounts as (
    {%- for measure, amount in {
        'revenue': 'price_minor - expected_returns_minor', 'expected_return': 'expected_returns_minor',
        'cost_of_sales': 'cost_minor - coalesce(return_asset_minor, 0)', 'return_asset': 'coalesce(return_asset_minor, 0)',
    }.items() %}
    select
        terms.account_id, terms.contract_id, terms.obligation_id, terms.version_number, '{{ measure }}' as measure,
        cast({{ amount }} as bigint) as amount_minor, terms.is_prospective, terms.starts_unit, terms.ends_unit, progress.reached_unit
    from {{ ref('int_contract_terms') }} as terms
    inner join {{ ref('int_contract_progress') }} as progress
        on terms.account_id = progress.account_id and terms.obligation_id = progress.obligation_id
        and terms.version_number = progress.version_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

walk as (
    select
        account_id, contract_id, obligation_id, version_number, measure, amount_minor, ends_unit,
        starts_unit as from_unit,
        cast(0 as bigint) as from_minor
    from amounts
    where version_number = 1
    union all
    select
        amounts.account_id, amounts.contract_id, amounts.obligation_id, amounts.version_number, amounts.measure, amounts.amount_minor,
        amounts.ends_unit,
        case when amounts.is_prospective then greatest(amounts.reached_unit, amounts.starts_unit) else walk.from_unit end,
        case when amounts.is_prospective then {{ earned_to('walk', 'amounts.reached_unit') }} else walk.from_minor end
    from walk
    inner join amounts
        on walk.account_id = amounts.account_id and walk.obligation_id = amounts.obligation_id and walk.measure = amounts.measure
        and walk.version_number + 1 = amounts.version_number
)

select * from walk
