{{ config(meta={'dagster': {'ref': {'name': 'agg_cohort_retention'}}}) }}
-- Guards who is counted: the members of the cohorts of a month are its new customers, what they began with is its new revenue, and
-- those who were lost are the customers with a churn event while the account was observed. A customer between two cohorts, or in none, would show here.
with

cohorts as (
    select
        account_id, currency, cohort_month,
        sum(case when cycle = 1 then cohort_size else 0 end) as members,
        sum(churned_voluntary) as churned_voluntary,
        sum(churned_involuntary) as churned_involuntary
    from {{ ref('agg_cohort_retention') }}
    group by account_id, currency, cohort_month
),

firsts as (
    select
        movements.*,
        row_number() over (partition by account_id, customer_id, currency, movement order by moved_at) as place
    from {{ ref('fct_mrr_movements') }} as movements
),

customers as (
    select
        begun.account_id, begun.currency, begun.month as cohort_month,
        count(*) as members,
        count(case when churns.kind = 'voluntary' and churns.churned_at <= greatest(begun.moved_at, observed.watched_until) then 1 end) as churned_voluntary,
        count(case when churns.kind = 'involuntary' and churns.churned_at <= greatest(begun.moved_at, observed.watched_until) then 1 end) as churned_involuntary
    from firsts as begun
    left join {{ ref('int_accounts_observed') }} as observed on begun.account_id = observed.account_id
    left join firsts as lost
        on begun.account_id = lost.account_id and begun.customer_id = lost.customer_id and begun.currency = lost.currency
        and lost.movement = 'churn' and lost.place = 1
    left join {{ ref('fct_churn_events') }} as churns on lost.movement_id = churns.churn_event_id
    where begun.movement = 'new'
    group by begun.account_id, begun.currency, begun.month
)

select
    coalesce(cohorts.account_id, customers.account_id) as account_id,
    coalesce(cohorts.currency, customers.currency) as currency,
    coalesce(cohorts.cohort_month, customers.cohort_month) as cohort_month,
    cohorts.members, customers.members as new_customers
from cohorts
full outer join customers
    on cohorts.account_id = customers.account_id and cohorts.currency = customers.currency
    and cohorts.cohort_month = customers.cohort_month
where cohorts.members is distinct from customers.members
    or cohorts.churned_voluntary is distinct from customers.churned_voluntary
    or cohorts.churned_involuntary is distinct from customers.churned_involuntary
