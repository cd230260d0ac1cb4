"""A payout of one charge that the bank has, without a defect: 9.41 of it, and what reconciliation says of it."""

from __future__ import annotations

GOOD_RECONCILIATION = """
create table marts.fct_payout_members as
select 'platform' as account_id, 'po_1' as payout_id, 'txn_1' as transaction_id, 'by_id' as membership,
    null::varchar as other_payout_id, 'usd' as currency, 'charge' as reporting_category, 1000::bigint as gross_minor,
    59::bigint as fee_minor, 941::bigint as net_minor;
create table marts.fct_payout_reconciliation as
select 'platform' as account_id, 'po_1' as payout_id, true as is_automatic, 'usd' as currency, 941::bigint as payout_minor,
    0::bigint as fee_minor, 1::bigint as member_count, 1000::bigint as sales_minor, 941::bigint as members_net_minor,
    0::bigint as difference_minor, 'tied' as status, 'named by its transaction' as reason,
    timestamptz '2026-03-02 12:00:00+00' as created_at;
create table marts.agg_payout_cohorts_monthly as
select 'platform' as account_id, 'usd' as currency, date '2026-03-01' as transaction_month, 941::bigint as payable_minor,
    0::bigint as pending_minor, 941::bigint as paid_minor, 941::bigint as paid_same_month_minor,
    0::bigint as unattributed_minor, 941::bigint as reconciled_minor, 941::bigint as reconciled_same_month_minor,
    0::bigint as reconciled_later_minor, 0::bigint as unreconciled_minor, 941::bigint as bank_cash_minor;
create table marts.fct_matches as
select 'm_1' as match_id, 'payout_bank' as match_kind, 'platform' as account_id, 'usd' as currency, 'b' as tier,
    0.9995::decimal(6, 4) as confidence, 0::bigint as alternative_count, 'auto' as status, 941::bigint as left_minor,
    941::bigint as right_minor, 0::bigint as residual_minor, 1::bigint as left_count, 1::bigint as right_count,
    date '2026-03-02' as first_date, date '2026-03-03' as last_date, null::date as clear_by, '["equal money"]' as evidence;
create table marts.fct_match_members as
select 'm_1' as match_id, 'payout_bank' as match_kind, side, 'platform' as account_id, kind as object_kind,
    id as object_id, 'usd' as currency, date '2026-03-02' as member_date, 941::bigint as amount_minor
from (values ('left', 'payout', 'po_1'), ('right', 'bank_entry', 'be_1')) as listed (side, kind, id);
create table marts.fct_residuals as
select 'm_1' as match_id, 'platform' as account_id, 'usd' as currency, 'unexplained' as code, 0::bigint as amount_minor,
    null::varchar as evidence_ids;
create table marts.fct_match_shadow as
select 'payout_bank' as match_kind, 'changed' as change, 'platform' as account_id, 'usd' as currency, 'po_1' as left_ids,
    'be_1' as right_ids, 941::bigint as amount_minor, 'review' as live_status, 'auto' as shadow_status;
create table marts.fct_trace as
select account_id, charge_id, transaction_id, source_object_id, currency, gross_minor as charge_minor, net_minor,
    null::varchar as order_id, 'po_1' as payout_id, 'be_1' as bank_entry_id, 1::bigint as bank_entry_count,
    null::varchar as event_id, 'at_the_bank' as trace_status
from marts.fct_transactions;
create table marts.agg_reconciliation_quality as
select 'run_1' as run_id, measure, 'platform/usd' as slice, 941::decimal(38, 0) as numerator,
    941::decimal(38, 0) as denominator, 1::decimal(18, 6) as value, 1::decimal(9, 6) as aim
from (values ('debits_equal_credits'), ('transactions_posted')) as listed (measure);
create table marts.agg_timeliness as
select 'platform' as account_id, 'usd' as currency, 3::bigint as posting_count, 3::bigint as recorded_after_p50_hours,
    9::bigint as recorded_after_p95_hours, 9::bigint as recorded_after_p99_hours;
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
P, R, C = "marts.fct_payout_members", "marts.fct_payout_reconciliation", "marts.agg_payout_cohorts_monthly"
M, G, D = "marts.fct_matches", "marts.fct_match_members", "marts.fct_residuals"
T, Q = "marts.fct_trace", "marts.agg_reconciliation_quality"
RECONCILIATION_DAMAGE = [
    (P, "update {} set membership = 'inferred', other_payout_id = 'po_2'", "inferred_members_have_no_rival", 1),
    (R, "update {} set difference_minor = 1", "ties_are_exact", 1),
    (R, "update {} set members_net_minor = 940", "members_add_up", 1),
    (C, "update {} set pending_minor = 1", "parts_are_the_whole", 1),
    (M, "update {} set residual_minor = 1", "residual_is_left_less_right", 1),
    (M, "update {} set confidence = 0.9", "automatic_is_sure", 1),
    (M, "update {} set right_count = 0", "automatic_is_sure", 1),
    (M, "update {} set tier = 'e', alternative_count = 13", "guesses_are_not_automatic", 1),
    (M, "update {} set tier = 'g'", "tier_is_known", 1),
    (M, "insert into {0} from {0}", "key_is_unique", 1),
    (G, "insert into {0} select * replace ('m_2' as match_id) from {0} where side = 'left'", "one_match_per_item", 1),
    (G, "update {} set match_id = 'm_9' where side = 'left'", "its_match_is_published", 1),
    (D, "update {} set code = 'luck'", "code_is_known", 1),
    (D, "insert into {0} select * replace ('bank_fee' as code, 5 as amount_minor) from {0}", "names_have_proof", 1),
    ("marts.fct_match_shadow", "update {} set shadow_status = 'review'", "changes_change", 1),
    (T, "update {} set bank_entry_id = null where transaction_id = 'txn_7'", "the_bank_has_a_line", 1),
    (T, "delete from {} where transaction_id = 'txn_7'", "every_charge_is_traced", 1),
    (Q, "update {} set numerator = 940 where measure = 'transactions_posted'", "money_is_conserved", 1),
    ("marts.agg_timeliness", "update {} set recorded_after_p50_hours = 10", "percentiles_rise", 1),
]
