"""A customer who comes with 10.00 a month, grows to 15.00 and leaves: three movements, three months, without a defect."""

from __future__ import annotations

GOOD_SUBSCRIPTIONS = """
create table marts.fct_mrr_movements as
select md5(moved_at) as movement_id, 'platform' as account_id, 'cus_1' as customer_id, 'usd' as currency,
    (moved_at || ' 12:00:00+00')::timestamptz as moved_at, (moved_at[:8] || '01')::date as month, movement,
    before::decimal(18, 4) as mrr_before, after::decimal(18, 4) as mrr_after, (after - before)::decimal(18, 4) as change, reason
from (values ('2026-01-10', 'new', 0, 10, 'start'), ('2026-02-10', 'expansion', 10, 15, 'price'), ('2026-03-10', 'churn', 15, 0, 'ended'))
    as listed (moved_at, movement, before, after, reason);
create table marts.agg_mrr_monthly as
select 'platform' as account_id, 'usd' as currency, currency_view, month::date as month, 'all' as slice_kind, 'all' as slice_value, true as is_observed,
    opening::decimal(18, 4) as opening_mrr, new::decimal(18, 4) as new_mrr, expansion::decimal(18, 4) as expansion_mrr,
    0::decimal(18, 4) as contraction_mrr, churn::decimal(18, 4) as churn_mrr, 0::decimal(18, 4) as reactivation_mrr,
    0::decimal(18, 4) as fx_mrr, closing::decimal(18, 4) as closing_mrr, 0::decimal(18, 4) as at_risk_mrr, 0::decimal(18, 4) as usage_mrr,
    (opening > 0)::bigint as opening_customers, (new > 0)::bigint as new_customers, (churn > 0)::bigint as churned_customers,
    0::bigint as reactivated_customers, 0::bigint as moved_customers, (closing > 0)::bigint as closing_customers,
    (opening > 0)::bigint as up_for_renewal, (opening > 0 and closing > 0)::bigint as renewed,
    null::decimal(18, 6) as churned_mrr_rate, null::decimal(18, 6) as gross_mrr_churn_rate, null::decimal(18, 6) as net_mrr_churn_rate,
    case when opening > 0 then closing > 0 end::decimal(18, 6) as grr, case when opening > 0 then closing::decimal / opening end::decimal(18, 6) as nrr,
    null::decimal(18, 6) as grr_12m, null::decimal(18, 6) as nrr_12m, null::decimal(18, 6) as customer_churn_rate,
    null::decimal(18, 6) as renewal_rate
from (values ('2026-01-01', 0, 10, 0, 0, 10), ('2026-02-01', 10, 0, 5, 0, 15), ('2026-03-01', 15, 0, 0, 15, 0))
    as listed (month, opening, new, expansion, churn, closing), (values ('price'), ('functional')) as views (currency_view);
create table marts.fct_churn_events as
select movement_id as churn_event_id, account_id, customer_id, currency, 'sub_1' as subscription_id, moved_at as churned_at, month,
    'voluntary' as kind, 'cancellation_requested' as reason, 'unused' as feedback, mrr_before as mrr_lost
from marts.fct_mrr_movements where movement = 'churn';
create table marts.fct_trials as
select 'platform' as account_id, 'sub_' || place as subscription_id, 'cus_1' as customer_id, timestamptz '2026-01-01 00:00:00+00' as trial_start_at,
    timestamptz '2026-01-10 00:00:00+00' as trial_end_at,
    case when outcome = 'converted' then timestamptz '2026-01-10 01:00:00+00' end as converted_at, 9::bigint as trial_days, outcome
from (values (1, 'converted'), (2, 'trial_not_converted')) as listed (place, outcome);
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
V, N = "marts.fct_mrr_movements", "marts.agg_mrr_monthly"
E, Y = "marts.fct_churn_events", "marts.fct_trials"
SUBSCRIPTION_DAMAGE = [
    (V, "insert into {0} from {0} where movement = 'new'", "key_is_unique", 1),
    (V, "update {} set change = 4 where movement = 'expansion'", "change_is_after_less_before", 1),
    (V, "update {} set mrr_after = -1, change = -16 where movement = 'churn'", "change_is_after_less_before", 1),
    (V, "update {} set mrr_before = 11, change = 4 where movement = 'expansion'", "starts_where_the_last_ended", 1),
    (V, "delete from {} where movement = 'expansion'", "starts_where_the_last_ended", 1),
    (V, "update {} set movement = 'fx' where movement = 'expansion'", "movement_is_known", 1),
    (V, "update {} set reason = null where movement = 'churn'", "reason_never_empty", 1),
    (V, "update {} set currency = 'zzz'", "currency_is_known", 3),
    (V, "alter table {} alter change type double", "has_types", 1),
    (V, "alter table {} drop column month", "has_columns", 1),
    (N, "update {} set closing_mrr = 16 where month = '2026-02-01' and currency_view = 'functional'", "movements_lead_to_the_closing", 1),
    (N, "update {} set closing_customers = 2 where month = '2026-02-01' and currency_view = 'price'", "movements_lead_to_the_closing", 1),
    (N, "delete from {} where month = '2026-02-01' and currency_view = 'price'", "opens_as_the_last_month_closed", 1),
    (N, "update {} set grr = 1.1, nrr = 1.5 where month = '2026-02-01' and currency_view = 'price'", "retained_is_a_share", 1),
    (N, "update {} set renewed = 2 where month = '2026-02-01' and currency_view = 'price'", "retained_is_a_share", 1),
    (N, "update {} set at_risk_mrr = 20 where month = '2026-02-01' and currency_view = 'price'", "retained_is_a_share", 1),
    (N, "update {} set slice_kind = 'mood' where currency_view = 'price'", "slice_kind_is_known", 3),
    (N, "update {} set currency_view = 'mine' where currency_view = 'functional'", "currency_view_is_known", 3),
    (N, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (N, "update {} set usage_mrr = null where currency_view = 'price'", "usage_mrr_never_empty", 3),
    (N, "update {} set currency = 'zzz'", "currency_is_known", 6),
    (N, "alter table {} alter churn_mrr type double", "has_types", 1),
    (N, "alter table {} drop column moved_customers", "has_columns", 1),
    (E, "insert into {0} from {0}", "key_is_unique", 1),
    (E, "update {} set mrr_lost = 0", "something_was_lost", 1),
    (E, "update {} set kind = 'unsure'", "kind_is_known", 1),
    (E, "update {} set reason = null", "reason_never_empty", 1),
    (E, "update {} set currency = 'zzz'", "currency_is_known", 1),
    (E, "alter table {} alter mrr_lost type double", "has_types", 1),
    (E, "alter table {} drop column kind", "has_columns", 1),
    (Y, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (Y, "update {} set converted_at = null", "converted_says_when", 1),
    (Y, "update {} set outcome = 'shrug' where converted_at is null", "outcome_is_known", 1),
    (Y, "update {} set trial_days = -1 where converted_at is null", "trial_days_in_range", 1),
    (Y, "update {} set customer_id = null where converted_at is null", "customer_id_never_empty", 1),
    (Y, "alter table {} alter trial_days type integer", "has_types", 1),
    (Y, "alter table {} drop column trial_end_at", "has_columns", 1),
]
