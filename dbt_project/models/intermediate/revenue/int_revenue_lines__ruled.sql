{#- Each line with the rule that fits it best: price before product before metadata before words before tenant. -#}
with

lines as (
    select * from {{ ref('int_revenue_lines__unioned') }}
),

rules as (
    select
        *,
        case when price_id is not null then 16 else 0 end + case when product_id is not null then 8 else 0 end
        + case when metadata_key is not null then 4 else 0 end + case when description_contains is not null then 2 else 0 end
        + case when account_id is not null then 1 else 0 end as weight
    from {{ ref('int_revenue_rules') }}
),

tags as (
    select account_id, object_id, key, value from {{ ref('stg_stripe__metadata') }}
    where not is_deleted and key in (select rules.metadata_key from rules)
),

matched as (
    select
        lines.account_id, lines.component_id,
        rules.rule_id, rules.recognition_policy, rules.window_months, rules.treatment, rules.treatment_bps, rules.party,
        rules.obligation,
        row_number() over (partition by lines.account_id, lines.component_id order by rules.weight desc, rules.rule_id) as preference
    from lines
    inner join rules
        on (rules.account_id is null or lines.account_id = rules.account_id)
        and (rules.product_id is null or lines.product_id = rules.product_id)
        and (rules.price_id is null or lines.price_id = rules.price_id)
        and (rules.description_contains is null or lower(lines.description) like concat('%', lower(rules.description_contains), '%'))
        and (rules.from_date is null or {{ local_date('lines.booked_at') }} >= rules.from_date)
        and (rules.to_date is null or {{ local_date('lines.booked_at') }} <= rules.to_date)
    left join tags
        on lines.account_id = tags.account_id
        and rules.metadata_key = tags.key
        and (rules.metadata_value is null or rules.metadata_value = tags.value)
        and tags.object_id in (lines.product_id, lines.price_id, lines.bill_id, lines.component_id, lines.source_object_id)
    where rules.metadata_key is null or tags.object_id is not null
),

bindings as (
    select * from {{ ref('int_contract_bindings') }}
),

ruled as (
    select
        lines.*,
        coalesce(bound_lines.contract_id, bound_bills.contract_id) as contract_id,
        matched.rule_id,
        matched.window_months,
        coalesce(matched.obligation, lines.product_id, lines.kind) as obligation,
        coalesce(matched.party, case when lines.kind = 'application_fee' or lines.is_passed_on then 'agent' else 'principal' end) as party,
        coalesce(matched.recognition_policy, '{{ run_value("recognition_policy") }}') as rule_policy,
        case when matched.treatment = 'tax' then {{ share_of('lines.amount_minor', 'coalesce(matched.treatment_bps, 10000)', '10000') }}
            else 0 end as ruled_tax_minor,
        case when matched.treatment = 'passthrough' then {{ share_of('lines.amount_minor', 'coalesce(matched.treatment_bps, 10000)', '10000') }}
            else 0 end as passthrough_minor
    from lines
    left join matched
        on lines.account_id = matched.account_id and lines.component_id = matched.component_id and matched.preference = 1
    left join bindings as bound_lines
        on lines.account_id = bound_lines.account_id and lines.source_object_id = bound_lines.object_id
    left join bindings as bound_bills
        on lines.account_id = bound_bills.account_id and lines.bill_id = bound_bills.object_id
)

select
    {{ all_but(['amount_minor', 'tax_minor', 'ruled_tax_minor', 'rule_policy', 'service_start_at', 'service_end_at']) }},
    amount_minor as billed_minor,
    amount_minor - ruled_tax_minor - passthrough_minor as amount_minor,
    tax_minor + ruled_tax_minor as tax_minor,
    -- a window of a rule replaces the period that the line states
    case when window_months is not null then booked_at else service_start_at end as service_start_at,
    case when window_months is not null then {{ months_later('booked_at', 'window_months') }} else service_end_at end as service_end_at,
    case
        when contract_id is not null then 'by_contract'
        when rule_policy = 'on_fulfilment' and window_months is null then 'point_in_time'
        else rule_policy
    end as policy
from ruled
