{{ config(meta={'dagster': {'ref': {'name': 'fct_residuals'}}}) }}
-- Guards the naming of differences: the components of a match are its whole residual, and one of them is `unexplained`.
with

components as (
    select
        match_id, sum(amount_minor) as amount_minor,
        count(case when code = 'unexplained' then 1 end) as unexplained_rows
    from {{ ref('fct_residuals') }}
    group by match_id
)

select matches.match_id, matches.residual_minor, components.amount_minor, components.unexplained_rows
from {{ ref('fct_matches') }} as matches
full outer join components on matches.match_id = components.match_id
where matches.residual_minor is distinct from components.amount_minor or components.unexplained_rows <> 1
