"""Three customers of a month, one of whom leaves in the second cycle, and what explains it, without a defect."""

from __future__ import annotations

GOOD_COHORTS = """
create table marts.agg_cohort_retention as
select 'platform' as account_id, 'usd' as currency, date '2026-01-01' as cohort_month, 'month' as billing_interval,
    '8-14' as trial_bucket, 'clean' as payment_pattern, cycle::bigint as cycle, 3::bigint as cohort_size, at_risk::bigint as at_risk,
    retained::bigint as retained, churned::bigint as churned_voluntary, 0::bigint as churned_involuntary, censored::bigint as censored,
    case when survival is not null then 0 end::bigint as reactivated, survival is null as is_pending,
    survival::decimal(18, 12) as survival, case when survival is not null then 30 end::decimal(18, 4) as starting_mrr,
    (30 * survival)::decimal(18, 4) as mrr, survival::decimal(18, 6) as mrr_retention
from (values (1, 3, 3, 0, 0, 1), (2, 3, 2, 1, 0, 0.5), (3, 2, 0, 0, 2, null)) as listed (cycle, at_risk, retained, churned, censored, survival);
create table marts.agg_churn_diagnosis as
select 'platform' as account_id, 'usd' as currency, 'month' as period_kind, date '2026-02-01' as period_start,
    date '2026-01-01' as period_before_start, 'usage' as dimension, cell, before::bigint as customers_before, 0::bigint as churned_before,
    now::bigint as customers, churned::bigint as churned, 0::decimal(18, 6) as churn_rate_before, 0::decimal(18, 6) as churn_rate_before_low,
    0.5::decimal(18, 6) as churn_rate_before_high, (churned / now)::decimal(18, 6) as churn_rate, 0::decimal(18, 6) as churn_rate_low,
    0.9::decimal(18, 6) as churn_rate_high, 0.5::decimal(18, 6) as share_before, 0.5::decimal(18, 6) as share,
    0::decimal(18, 12) as mix_effect, effect::decimal(18, 12) as rate_effect, effect::decimal(18, 12) as effect, 0.25::decimal(18, 12) as total_change
from (values ('steady', 2, 2, 0, 0), ('none', 2, 2, 1, 0.25)) as listed (cell, before, now, churned, effect);
create table marts.agg_customer_coverage as
select 'platform' as account_id, source, 4::bigint as customers, 2::bigint as covered_customers, 0.5::decimal(18, 6) as coverage,
    5::bigint as row_count, 1::bigint as rows_id, 1::bigint as rows_email, 0::bigint as rows_item, 1::bigint as rows_ambiguous_email,
    1::bigint as rows_unnamed, 1::bigint as rows_unknown
from (values ('product_usage'), ('support_tickets')) as listed (source);
create table marts.agg_acquisition_payback as
select 'platform' as account_id, 'usd' as currency, channel, date '2026-01-01' as acquired_month, 2::bigint as attribution_count,
    2000::bigint as cost_minor, 1::bigint as customers, 1::bigint as paying_customers, 10::decimal(18, 4) as mrr, 3::bigint as months_observed,
    revenue::decimal(18, 4) as recurring_revenue, is_paid_back, months::bigint as payback_months
from (values ('search', 30, true, 2), ('social', 10, false, null)) as listed (channel, revenue, is_paid_back, months);
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
R, D, C = "marts.agg_cohort_retention", "marts.agg_churn_diagnosis", "marts.agg_customer_coverage"
A = "marts.agg_acquisition_payback"
COHORT_DAMAGE = [
    (R, "insert into {0} from {0} where cycle = 3", "key_is_unique", 1),
    (R, "update {} set censored = 1 where cycle = 3", "everyone_is_accounted_for", 1),
    (R, "update {} set at_risk = 4, censored = 1 where cycle = 2", "only_the_retained_go_on", 1),
    (R, "delete from {} where cycle = 2", "only_the_retained_go_on", 1),
    (R, "update {} set survival = 1.1 where cycle = 1", "survival_is_a_share_that_never_grows", 1),
    (R, "update {} set survival = 0.4 where cycle = 1", "survival_is_a_share_that_never_grows", 1),
    (R, "update {} set survival = -0.1 where cycle = 2", "survival_is_a_share_that_never_grows", 1),
    (R, "update {} set survival = 0 where cycle = 3", "survival_is_a_share_that_never_grows", 1),
    (R, "update {} set trial_bucket = '7' where cycle = 1", "trial_bucket_is_known", 1),
    (R, "update {} set payment_pattern = 'odd' where cycle = 1", "payment_pattern_is_known", 1),
    (R, "update {} set cycle = 0 where cycle = 1", "cycle_in_range", 1),
    (R, "update {} set retained = null where cycle = 3", "retained_never_empty", 1),
    (R, "update {} set currency = 'zzz'", "currency_is_known", 3),
    (R, "alter table {} alter survival type double", "has_types", 1),
    (R, "alter table {} drop column mrr_retention", "has_columns", 1),
    (D, "insert into {0} from {0} where cell = 'none'", "key_is_unique", 1),
    (D, "delete from {} where cell = 'none'", "effects_add_up", 1),
    (D, "update {} set mix_effect = 0.000000000001, effect = 0.000000000001 where cell = 'steady'", "effects_add_up", 1),
    (D, "update {} set effect = 0 where cell = 'none'", "effect_is_mix_and_rate", 1),
    (D, "update {} set churned = 3 where cell = 'none'", "effect_is_mix_and_rate", 1),
    (D, "update {} set churn_rate = 0.95 where cell = 'none'", "rates_lie_in_their_intervals", 1),
    (D, "update {} set churn_rate_high = 1.2 where cell = 'none'", "rates_lie_in_their_intervals", 1),
    (D, "update {} set churn_rate = null where cell = 'none'", "rates_lie_in_their_intervals", 1),
    (D, "update {} set dimension = 'mood'", "dimension_is_known", 2),
    (D, "update {} set period_kind = 'week'", "period_kind_is_known", 2),
    (D, "update {} set total_change = null where cell = 'none'", "total_change_never_empty", 1),
    (D, "update {} set currency = 'zzz'", "currency_is_known", 2),
    (D, "alter table {} alter effect type double", "has_types", 1),
    (D, "alter table {} drop column share", "has_columns", 1),
    (C, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (C, "update {} set rows_unknown = 0 where source = 'product_usage'", "every_row_is_counted_once", 1),
    (C, "update {} set covered_customers = 5 where source = 'product_usage'", "covered_are_customers", 1),
    (C, "update {} set covered_customers = 3 where source = 'product_usage'", "covered_are_customers", 1),
    (C, "update {} set source = 'rumours' where source = 'product_usage'", "source_is_known", 1),
    (C, "update {} set rows_id = null where source = 'product_usage'", "rows_id_never_empty", 1),
    (C, "alter table {} alter coverage type double", "has_types", 1),
    (C, "alter table {} drop column rows_email", "has_columns", 1),
    (A, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (A, "update {} set payback_months = null where channel = 'search'", "paid_back_says_when", 1),
    (A, "update {} set payback_months = 4 where channel = 'search'", "paid_back_says_when", 1),
    (A, "update {} set is_paid_back = false, payback_months = null where channel = 'search'", "paid_back_is_what_the_revenue_says", 1),
    (A, "update {} set paying_customers = 2 where channel = 'search'", "customers_are_attributed", 1),
    (A, "update {} set cost_minor = null where channel = 'search'", "cost_minor_never_empty", 1),
    (A, "update {} set currency = 'zzz'", "currency_is_known", 2),
    (A, "alter table {} alter recurring_revenue type double", "has_types", 1),
    (A, "alter table {} drop column mrr", "has_columns", 1),
]
