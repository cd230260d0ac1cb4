"""A month of service, 31.00 from 21 March, of which 3.10 is refunded in April: sold, spread, billed and paid, without a defect."""

from __future__ import annotations

GOOD_REVENUE = """
create table marts.fct_revenue_components as
select 'platform' as account_id, component_id, parent_component_id, kind, 'invoice' as bill_kind, 'in_1' as bill_id, event_id,
    'cus_1' as customer_id, 'prod_1' as product_id, 'price_1' as price_id, 'in_1' as invoice_id, source_object_id,
    'prod_1' as obligation, 'principal' as party, 'usd' as currency, (after_minor - before_minor)::bigint as amount_minor,
    before_minor::bigint as before_minor, after_minor::bigint as after_minor, 'usd' as presentment_currency,
    (after_minor - before_minor)::bigint as presentment_minor, timestamptz '2026-03-21 00:00:00+00' as service_start_at,
    timestamptz '2026-04-21 00:00:00+00' as service_end_at, effective_at::timestamptz as effective_at,
    timestamptz '2026-03-21 00:00:00+00' as booked_at, timestamptz '2026-03-21 00:00:00+00' as billed_at,
    'by_instant' as policy, 'v1' as policy_version
from (values
    ('il_1', null, 'invoice_line', null, 'il_1', 0, 3100, '2026-03-21 00:00:00+00'),
    ('il_1:txn_9', 'il_1', 'refund', 'txn_9', 're_1', 3100, 2790, '2026-04-05 00:00:00+00')
) as listed (component_id, parent_component_id, kind, event_id, source_object_id, before_minor, after_minor, effective_at);
create table marts.fct_revenue_schedule as
select 'platform' as account_id, component_id, 'usd' as currency, kind, component_id as source_object_id, kind = 'invoice_line' as is_base,
    month::date as service_month, strftime(month::date, '%Y-%m') as period_id, false as is_unbilled,
    recognized::bigint as recognized_minor, contra::bigint as contra_minor,
    month::timestamptz + interval '20 days' as recognized_at, month < '2026-04' as is_posted
from (values
    ('il_1', 'invoice_line', '2026-03-01', 1100, 0), ('il_1', 'invoice_line', '2026-04-01', 2000, 0),
    ('il_1:txn_9', 'refund', '2026-04-01', -200, 110)
) as listed (component_id, kind, month, recognized, contra);
create table marts.agg_revenue_waterfall as
select 'platform' as account_id, 'usd' as currency, booked::date as booked_month, month::date as recognized_month,
    recognized::bigint as recognized_minor, posted::bigint as posted_minor, remaining::bigint as remaining_minor
from (values
    ('2026-03-01', '2026-03-01', 1100, 1100, 2000), ('2026-03-01', '2026-04-01', 2000, 0, 0), ('2026-04-01', '2026-04-01', -310, 0, 0)
) as listed (booked, month, recognized, posted, remaining);
create table marts.agg_contract_balances as
select 'platform' as account_id, 'usd' as currency, period_id, kind as balance_kind, opening::bigint as opening_minor,
    billed::bigint as billed_minor, recognized::bigint as recognized_minor, from_opening::bigint as recognized_from_opening_minor,
    adjusted::bigint as adjusted_minor, settled::bigint as settled_minor, 0::bigint as reclassified_minor, 0::bigint as fx_minor,
    closing::bigint as closing_minor, unpaid::bigint as unpaid_deferred_minor
from (values
    ('2026-03', 'receivable', 0, 3100, 0, 0, 0, 0, 3100, 0), ('2026-04', 'receivable', 3100, 0, 0, 0, -3100, -3100, 0, 0),
    ('2026-03', 'contract_liability', 0, 3100, 1100, 0, 0, 0, 2000, 2000),
    ('2026-04', 'contract_liability', 2000, 0, 1800, 1800, -200, 0, 0, 0),
    ('2026-03', 'unbilled_receivable', 0, 0, 500, 0, 0, 0, 500, 0), ('2026-04', 'unbilled_receivable', 500, 500, 0, 0, 0, 0, 0, 0)
) as listed (period_id, kind, opening, billed, recognized, from_opening, adjusted, settled, closing, unpaid);
create table marts.agg_remaining_obligations as
select 'platform' as account_id, 'usd' as currency, date '2026-03-31' as as_of_date, band, amount::bigint as amount_minor,
    amount::bigint as deferred_minor, 0::bigint as pending_minor
from (values ('<=12', 2000), ('13-24', 0), ('>24', 0)) as listed (band, amount);
create table marts.agg_receivable_ageing as
select 'platform' as account_id, 'usd' as currency, '2026-03' as period_id, timestamptz '2026-04-01 00:00:00+00' as as_of_at, bucket,
    amount::bigint as amount_minor, invoices::bigint as invoice_count
from (values ('not_due', 3100, 1), ('1-30', 0, 0), ('31-60', 0, 0), ('61-90', 0, 0), ('91-120', 0, 0), ('>120', 0, 0))
    as listed (bucket, amount, invoices);
create table marts.agg_revenue_monthly as
select 'platform' as account_id, 'usd' as currency, month::date as revenue_month, slice_kind, slice_value,
    revenue::bigint as revenue_minor, refunds::bigint as refunds_minor, 0::bigint as disputes_minor, 0::bigint as credit_notes_minor,
    0::bigint as voids_minor, 0::bigint as write_offs_minor, 0::bigint as exclusions_minor, refunds::bigint as contra_minor,
    (revenue - refunds)::bigint as net_revenue_minor
from (values ('2026-03-01', 1100, 0), ('2026-04-01', 1800, 110)) as months (month, revenue, refunds),
    (values ('all', 'all'), ('product', 'prod_1'), ('customer', 'cus_1'), ('price', 'price_1'), ('obligation', 'prod_1'),
        ('party', 'principal')) as slices (slice_kind, slice_value);
create table marts.agg_revenue_and_cash_monthly as
select 'platform' as account_id, 'usd' as currency, month::date as revenue_month, revenue::bigint as revenue_minor,
    contra::bigint as contra_minor, (revenue - contra)::bigint as net_revenue_minor, charged::bigint as charged_minor,
    0::bigint as application_fee_minor, refunded::bigint as refunded_minor, 0::bigint as disputed_minor,
    (charged + refunded)::bigint as cash_minor, (charged + refunded - revenue + contra)::bigint as difference_minor
from (values ('2026-03-01', 1100, 0, 0, 0), ('2026-04-01', 1800, 110, 3100, -310))
    as listed (month, revenue, contra, charged, refunded);
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
C, S, W = "marts.fct_revenue_components", "marts.fct_revenue_schedule", "marts.agg_revenue_waterfall"
B, L, A = "marts.agg_contract_balances", "marts.agg_remaining_obligations", "marts.agg_receivable_ageing"
R, K = "marts.agg_revenue_monthly", "marts.agg_revenue_and_cash_monthly"
REVENUE_DAMAGE = [
    (C, "insert into {0} from {0}", "key_is_unique", 2),
    (C, "update {} set amount_minor = 3101 where event_id is null", "amount_is_the_change", 1),
    (C, "update {} set before_minor = 1, amount_minor = 3099 where event_id is null", "amount_is_the_change", 1),
    (C, "update {} set parent_component_id = null", "changes_have_a_parent", 1),
    (C, "delete from {} where event_id is null", "changes_have_a_parent", 1),
    (C, "update {} set service_end_at = service_start_at", "service_has_an_order", 2),
    (C, "update {} set service_end_at = '2026-03-20' where event_id is null", "service_has_an_order", 1),
    (C, "update {} set policy = 'point_in_time' where event_id is null", "service_has_an_order", 1),
    (C, "update {} set policy = 'by_feeling'", "policy_is_known", 2),
    (C, "update {} set bill_kind = 'napkin'", "bill_kind_is_known", 2),
    (C, "update {} set party = 'bystander' where event_id is null", "party_is_known", 1),
    (C, "update {} set currency = 'zzz'", "currency_is_known", 2),
    (C, "update {} set policy_version = null where event_id is null", "policy_version_never_empty", 1),
    (C, "alter table {} alter amount_minor type double", "has_types", 1),
    (C, "alter table {} drop column bill_id", "has_columns", 1),
    (S, "insert into {0} from {0} where not is_base", "key_is_unique", 1),
    (S, "update {} set contra_minor = 1 where is_base and is_posted", "only_changes_take_back", 1),
    (S, "update {} set recognized_minor = 1099 where is_posted", "schedules_are_the_amounts", 1),
    (S, "delete from {} where not is_base", "schedules_are_the_amounts", 1),
    (S, "update {} set service_month = '2026-03-02' where is_posted", "months_are_first_days", 1),
    (S, "update {} set recognized_at = '2026-05-01' where is_posted", "posted_is_past", 1),
    (S, "update {} set period_id = null where is_posted", "period_id_never_empty", 1),
    (S, "update {} set currency = 'zzz' where is_posted", "currency_is_known", 1),
    (S, "alter table {} alter service_month type timestamp", "has_types", 1),
    (S, "alter table {} drop column is_unbilled", "has_columns", 1),
    (W, "update {} set remaining_minor = 1999 where remaining_minor = 2000", "runs_down_to_nothing", 1),
    (W, "delete from {} where booked_month = '2026-03-01' and recognized_month = '2026-04-01'", "runs_down_to_nothing", 1),
    (W, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (W, "update {} set posted_minor = null where posted_minor = 1100", "posted_minor_never_empty", 1),
    (W, "update {} set currency = 'zzz'", "currency_is_known", 3),
    (W, "alter table {} alter posted_minor type double", "has_types", 1),
    (W, "alter table {} drop column posted_minor", "has_columns", 1),
    (B, "update {} set adjusted_minor = -199 where adjusted_minor = -200", "columns_add_up", 1),
    (B, "update {} set recognized_minor = 499 where recognized_minor = 500", "columns_add_up", 1),
    (B, "update {} set opening_minor = 2001, billed_minor = -1 where opening_minor = 2000", "rolls_forward", 1),
    (B, "update {} set closing_minor = -1, recognized_minor = 1801 where recognized_minor = 1800", "contracts_have_one_side", 1),
    (B, "update {} set recognized_from_opening_minor = 2001 where opening_minor = 2000", "earned_from_opening", 1),
    (B, "update {} set recognized_from_opening_minor = -1 where opening_minor = 2000", "earned_from_opening", 1),
    (B, "update {} set recognized_from_opening_minor = 1 where opening_minor = 500", "earned_from_opening", 1),
    (B, "update {} set unpaid_deferred_minor = 1 where balance_kind = 'receivable'", "unpaid_is_deferred", 2),
    (B, "update {} set unpaid_deferred_minor = -1 where opening_minor = 2000", "unpaid_is_deferred", 1),
    (B, "update {} set balance_kind = 'wishful' where balance_kind = 'receivable'", "balance_kind_is_known", 2),
    (B, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (B, "update {} set fx_minor = null where opening_minor = 500", "fx_minor_never_empty", 1),
    (B, "update {} set currency = 'zzz'", "currency_is_known", 6),
    (B, "alter table {} alter fx_minor type integer", "has_types", 1),
    (B, "alter table {} drop column settled_minor", "has_columns", 1),
    (L, "update {} set pending_minor = 1 where band = '<=12'", "parts_are_the_whole", 1),
    (L, "delete from {} where band = '>24'", "every_band_is_there", 1),
    (L, "update {} set band = 'soon' where band = '>24'", "band_is_known", 1),
    (L, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (L, "update {} set amount_minor = null where band = '>24'", "amount_minor_never_empty", 1),
    (L, "update {} set currency = 'zzz'", "currency_is_known", 3),
    (L, "alter table {} alter as_of_date type timestamp", "has_types", 1),
    (L, "alter table {} drop column pending_minor", "has_columns", 1),
    (A, "update {} set invoice_count = 0 where bucket = 'not_due'", "money_has_invoices", 1),
    (A, "update {} set invoice_count = -1 where bucket = 'not_due'", "invoice_count_in_range", 1),
    (A, "delete from {} where bucket = '>120'", "every_bucket_is_there", 1),
    (A, "update {} set bucket = 'ancient' where bucket = '>120'", "bucket_is_known", 1),
    (A, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (A, "update {} set as_of_at = null", "as_of_at_never_empty", 6),
    (A, "update {} set currency = 'zzz'", "currency_is_known", 6),
    (A, "alter table {} alter amount_minor type double", "has_types", 1),
    (A, "alter table {} drop column invoice_count", "has_columns", 1),
    (R, "update {} set contra_minor = 111, net_revenue_minor = 1689 where slice_kind = 'all' and refunds_minor > 0",
     "net_is_revenue_less_contra", 1),
    (R, "update {} set net_revenue_minor = 1 where slice_kind = 'all' and refunds_minor > 0", "net_is_revenue_less_contra", 1),
    (R, "delete from {} where slice_kind = 'party' and refunds_minor > 0", "slices_are_the_whole", 1),
    (R, "update {} set revenue_minor = 1801, net_revenue_minor = 1691 where slice_kind = 'price' and refunds_minor > 0",
     "slices_are_the_whole", 1),
    (R, "update {} set slice_kind = 'mood' where slice_kind = 'party'", "slice_kind_is_known", 2),
    (R, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (R, "update {} set slice_value = null where slice_kind = 'party'", "slice_value_never_empty", 2),
    (R, "update {} set currency = 'zzz'", "currency_is_known", 12),
    (R, "alter table {} alter revenue_minor type double", "has_types", 1),
    (R, "alter table {} drop column voids_minor", "has_columns", 1),
    (K, "update {} set cash_minor = 1, difference_minor = -1689 where charged_minor > 0", "cash_is_its_receipts", 1),
    (K, "update {} set difference_minor = 0 where charged_minor > 0", "cash_is_its_receipts", 1),
    (K, "update {} set revenue_minor = 1801, net_revenue_minor = 1691, difference_minor = 1099 where charged_minor > 0",
     "revenue_is_the_reported", 1),
    (K, "insert into {0} from {0} limit 1", "key_is_unique", 1),
    (K, "update {} set disputed_minor = null where charged_minor > 0", "disputed_minor_never_empty", 1),
    (K, "update {} set currency = 'zzz'", "currency_is_known", 2),
    (K, "alter table {} alter cash_minor type double", "has_types", 1),
    (K, "alter table {} drop column disputed_minor", "has_columns", 1),
]
