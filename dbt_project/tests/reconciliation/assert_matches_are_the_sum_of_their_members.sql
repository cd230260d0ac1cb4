{{ config(meta={'dagster': {'ref': {'name': 'fct_matches'}}}) }}
-- Guards conservation in matching: both sides of a match are what its members bring, to the cent.
with

sums as (
    select
        match_id,
        sum(case when side = 'left' then amount_minor else 0 end) as left_minor,
        sum(case when side = 'right' then amount_minor else 0 end) as right_minor
    from {{ ref('fct_match_members') }}
    group by match_id
)

select matches.match_id, matches.left_minor, sums.left_minor as members_left, matches.right_minor, sums.right_minor as members_right
from {{ ref('fct_matches') }} as matches
full outer join sums on matches.match_id = sums.match_id
where matches.left_minor is distinct from sums.left_minor or matches.right_minor is distinct from sums.right_minor
