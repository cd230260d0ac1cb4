{#- A table is complete for a tenant when every file of it was proven by a control file or came as a full snapshot. -#}
select
    case account_scope when 'connected' then 'connected' else 'platform' end as account_scope,
    replace(relation, 'sigma.', '') as table_name,
    max(observed_at) as observed_at,
    bool_and(completeness = 'proven') as is_complete,
    bool_and(source_system = 'pipeline') as is_snapshot
from {{ source('raw_meta', 'loads') }}
where source_system in ('sigma', 'pipeline')
group by case account_scope when 'connected' then 'connected' else 'platform' end, replace(relation, 'sigma.', '')
