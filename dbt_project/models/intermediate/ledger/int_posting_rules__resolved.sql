{#- The rules with every `any` spelled out, so that postings find theirs by equality. -#}
with

rules as (
    select * from {{ ref('int_posting_rules') }}
),

categories as (
    select reporting_category from {{ ref('int_balance_transaction_types') }}
    union
    select reporting_category from rules where reporting_category <> 'any'
    union
    select 'unknown' as reporting_category
),

tenants as (
    select 'platform' as tenant
    union all
    select 'connected' as tenant
),

flows as (
    select 'direct' as flow_type
    union all
    select 'destination'
    union all
    select 'separate'
    union all
    select 'platform_only'
    union all
    select 'payout'
    union all
    select 'fee'
    union all
    select 'other'
),

matched as (
    select
        categories.reporting_category,
        tenants.tenant,
        flows.flow_type,
        rules.leg,
        rules.side,
        rules.ledger_account,
        rules.clearing_key,
        rules.is_mirror,
        rules.rule_id,
        row_number() over (
            partition by categories.reporting_category, tenants.tenant, flows.flow_type, rules.leg
            order by
                case when rules.reporting_category <> 'any' then 4 else 0 end
                + case when rules.tenant <> 'any' then 2 else 0 end
                + case when rules.flow_type <> 'any' then 1 else 0 end desc,
                rules.rule_id
        ) as preference
    from categories
    cross join tenants
    cross join flows
    inner join rules
        on rules.reporting_category in ('any', categories.reporting_category)
        and rules.tenant in ('any', tenants.tenant)
        and rules.flow_type in ('any', flows.flow_type)
)

select reporting_category, tenant, flow_type, leg, side, ledger_account, clearing_key, is_mirror, rule_id
from matched
where preference = 1
