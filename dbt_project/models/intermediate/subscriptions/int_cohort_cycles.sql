{#-
Every cycle of every cohort: who entered it, what became of them, and the revenue of those who are old enough to have ended it.
Members are counted by the cycle of their end and revenue by its steps, so nothing is multiplied by cycles.
-#}
with

members as (
    select * from {{ ref('int_cohort_members') }}
),

ends as (
    select
        {{ cohort_key() }}, last_cycle as cycle,
        count(*) as ended,
        count(case when outcome = 'voluntary' then 1 end) as churned_voluntary,
        count(case when outcome = 'involuntary' then 1 end) as churned_involuntary,
        count(case when outcome = 'censored' then 1 end) as censored,
        max(whole_cycles) as oldest
    from members
    group by {{ cohort_key() }}, last_cycle
),

-- revenue and payers from cycle to cycle; whoever is too young for a cycle leaves before it
steps as (
    select
        {{ cohort_key('members') }}, members.whole_cycles,
        case when movements.moved_at = members.started_at then 0
            else {{ cycle_of('members.started_at', 'movements.moved_at', 'members.cycle_unit', 'members.cycle_count') }} end as cycle,
        movements.change,
        case when movements.mrr_before = 0 then 1 when movements.mrr_after = 0 then -1 else 0 end as payers
    from members
    inner join {{ ref('int_mrr_movements') }} as movements
        on members.account_id = movements.account_id and members.customer_id = movements.customer_id
        and members.currency = movements.currency
),

changes as (
    select {{ cohort_key() }}, cycle, change, payers, 0 as starting_change
    from steps where cycle <= whole_cycles
    union all
    select {{ cohort_key() }}, whole_cycles + 1, -change, -payers, 0
    from steps where cycle <= whole_cycles
    union all
    select {{ cohort_key() }}, 0, 0, 0, starting_mrr from members
    union all
    select {{ cohort_key() }}, whole_cycles + 1, 0, 0, -starting_mrr from members
),

cohorts as (
    select {{ cohort_key() }}, count(*) as cohort_size, max(last_cycle) as cycles
    from members
    group by {{ cohort_key() }}
),

places as (
    select {{ cohort_key() }}, cohort_size, {{ each_of(numbers_between(0, 'cycles')) }} as cycle
    from cohorts
),

changed as (
    select
        {{ cohort_key() }}, cycle, sum(change) as change, sum(payers) as payers, sum(starting_change) as starting_change
    from changes
    group by {{ cohort_key() }}, cycle
),

counted as (
    select
        {{ cohort_key('places') }}, places.cohort_size, places.cycle,
        coalesce(ends.ended, 0) as ended,
        coalesce(ends.churned_voluntary, 0) as churned_voluntary,
        coalesce(ends.churned_involuntary, 0) as churned_involuntary,
        coalesce(ends.censored, 0) as censored,
        -- the age of the oldest of those who entered the cycle
        max(ends.oldest) over (
            partition by {{ cohort_key('places') }} order by places.cycle rows between current row and unbounded following
        ) as oldest,
        sum(coalesce(ends.ended, 0)) over cohort as ended_by_now,
        sum(coalesce(changed.change, 0)) over cohort as mrr,
        sum(coalesce(changed.payers, 0)) over cohort as payers,
        sum(coalesce(changed.starting_change, 0)) over cohort as starting_mrr
    from places
    {%- for other in ['ends', 'changed'] %}
    left join {{ other }} on {{ same_cohort('places', other) }} and places.cycle = {{ other }}.cycle
    {%- endfor %}
    window cohort as (partition by {{ cohort_key('places') }} order by places.cycle rows between unbounded preceding and current row)
)

select
    {{ text_hash(cohort_text()) }} as cohort_id,
    {{ cohort_key() }}, cycle, cohort_size,
    cohort_size - ended_by_now + ended as at_risk,
    cohort_size - ended_by_now as retained,
    churned_voluntary, churned_involuntary, censored,
    case when cycle <= oldest then payers - (cohort_size - ended_by_now) end as reactivated,
    cycle > oldest as is_pending,
    starting_mrr, mrr
from counted
where cycle > 0
