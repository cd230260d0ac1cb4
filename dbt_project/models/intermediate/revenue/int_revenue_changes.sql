{#- What changed a component: how much of it, and how much of that earlier months had recognized (contra revenue). -#}
with

contra as (
    select account_id, component_id, sum(contra_minor) as contra_minor
    from {{ ref('fct_revenue_schedule') }}
    where contra_minor <> 0
    group by account_id, component_id
)

select
    components.account_id, components.component_id, components.parent_component_id, components.kind, components.bill_kind,
    components.bill_id, components.event_id, components.source_object_id, components.currency,
    components.amount_minor,
    cast(coalesce(contra.contra_minor, 0) as bigint) as contra_minor,
    components.billed_at is null or components.billed_at > components.effective_at as is_unbilled,
    components.effective_at,
    components.recorded_at
from {{ ref('fct_revenue_components') }} as components
left join contra on components.account_id = contra.account_id and components.component_id = contra.component_id
where components.event_id is not null
