"""A small ledger without a defect: one charge of 10.00 with a fee, and one object in the log of events."""

from __future__ import annotations

GOOD_LEDGER = """
create table marts.dim_ledger_accounts as
select *, null::varchar as revrec_account, null::varchar as awaits, null::integer as clears_within_days
from (values
    ('stripe_balance', 'Stripe balance', 'asset', 'debit'),
    ('charge_clearing', 'Charges', 'clearing', 'credit'),
    ('stripe_fees', 'Stripe fees', 'expense', 'debit')
) as listed (ledger_account, name, account_class, normal_side);
create table marts.dim_periods as
select * from (values
    ('2026-03', timestamptz '2026-03-01 00:00:00+00', timestamptz '2026-04-01 00:00:00+00', 'open', 3, 1),
    ('2026-04', timestamptz '2026-04-01 00:00:00+00', timestamptz '2026-05-01 00:00:00+00', 'open', 4, 2)
) as listed (period_id, starts_at, ends_at, status, fiscal_period, fiscal_quarter) cross join (select 2026 as fiscal_year) as years;
create table marts.fct_ledger_postings as
select 'platform:txn_1:' || leg as posting_id, 'platform:txn_1' as entry_id, 'balance_transaction' as entry_kind,
    'platform' as account_id, 'money' as subledger, leg, ledger_account,
    case ledger_account when 'charge_clearing' then 'ch_1' end as clearing_id, 'usd' as currency,
    debit::bigint as debit_minor, credit::bigint as credit_minor,
    timestamptz '2026-03-01 12:00:00+00' as effective_at, date '2026-03-01' as posting_date, '2026-03' as period_id,
    null::date as service_month, timestamptz '2026-03-02 00:00:00+00' as recorded_at, 'txn_1' as source_object_id,
    null::varchar as reverses_entry_id, null::varchar as counterparty_account_id, false as is_mirror
from (values
    ('balance', 'stripe_balance', 941, 0), ('gross', 'charge_clearing', 0, 1000), ('stripe_fee.1', 'stripe_fees', 59, 0)
) as legs (leg, ledger_account, debit, credit);
create table marts.agg_trial_balance_monthly as
select account_id, currency, ledger_account, period_id, 0::bigint as opening_minor, debit_minor, credit_minor,
    debit_minor - credit_minor as closing_minor
from marts.fct_ledger_postings;
create table marts.fct_clearing_items as
select 'platform' as account_id, 'charge_clearing' as ledger_account, 'ch_1' as clearing_id, 'usd' as currency,
    -1000::bigint as balance_minor, timestamptz '2026-03-01 12:00:00+00' as opened_at, 3 as age_days,
    'billing' as awaits, null::varchar as finding, null::date as expected_clear_date, false as is_overdue;
create table marts.fct_mirror_proof as
select 'transfer_clearing' as ledger_account, 'tr_1' as mirror_id, 'platform' as account_id,
    'acct_2' as counterparty_account_id, 'usd' as currency, 500::bigint as sent_minor, -500::bigint as received_minor,
    0::bigint as residual_minor, 'none' as residual_code, timestamptz '2026-03-01 12:00:00+00' as opened_at;
create table marts.fct_balance_proof as
select 'platform' as account_id, 'usd' as currency, date '2026-03-01' as posting_date, 'api' as stated_by,
    timestamptz '2026-03-01 20:00:00+00' as stated_at, 941::bigint as ledger_minor, 941::bigint as stated_minor,
    0::bigint as difference_minor;
create table marts.agg_account_balances_daily as
select 'platform' as account_id, 'usd' as currency, date '2026-03-01' as posting_date, 0::bigint as available_minor,
    941::bigint as pending_minor, 0::bigint as reserved_minor, 0::bigint as in_transit_minor,
    0::bigint as owed_by_platform_minor, 0::bigint as owed_to_platform_minor, 0::bigint as negative_minor;
create table marts.fct_object_observations as
select 'obs_1' as observation_id, 'platform' as account_id, 'charge' as object_type, 'ch_1' as object_id,
    'event' as kind, 'evt_1' as event_id, 'charge.succeeded' as event_type,
    timestamptz '2026-03-01 12:00:00+00' as effective_at, 1::bigint as version, 'abc' as content_hash,
    false as is_deleted, timestamptz '2026-03-02 00:00:00+00' as recorded_at;
create table marts.fct_event_divergences as
select 'platform' as account_id, 'charge' as object_type, 'ch_1' as object_id, 'status' as field,
    '"pending"' as from_events, '"succeeded"' as from_lists, 'evt_1' as last_event_id,
    timestamptz '2026-03-03 12:00:00+00' as diverged_at;
create table marts.dim_gl_mapping as
select 'stripe_fees' as ledger_account, '6100' as gl_code, 'Fees' as gl_name, null::varchar as class,
    null::varchar as department, null::varchar as location;
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
P, B, C = "marts.fct_ledger_postings", "marts.agg_trial_balance_monthly", "marts.fct_clearing_items"
M, A, D = "marts.fct_mirror_proof", "marts.agg_account_balances_daily", "marts.dim_periods"
LEDGER_DAMAGE = [
    (P, "update {} set debit_minor = 940 where leg = 'balance'", "books_balance", 1),
    (P, "update {} set is_mirror = true where leg = 'balance'", "books_balance", 2),
    (P, "update {} set credit_minor = 941 where leg = 'balance'", "one_side", 1),
    (P, "update {} set period_id = null where leg = 'gross'", "period_id_never_empty", 1),
    (P, "update {} set subledger = 'shadow'", "subledger_is_known", 3),
    (B, "update {} set closing_minor = 942 where ledger_account = 'stripe_balance'", "trial_balance_foots", 1),
    (B, "update {} set opening_minor = 5 where ledger_account = 'stripe_fees'", "rolls_forward", 1),
    (C, "update {} set balance_minor = 0", "open_items_are_open", 1),
    (C, "update {} set is_overdue = true", "overdue_items_were_due", 1),
    (C, "update {} set awaits = 'godot'", "awaits_is_known", 1),
    (M, "update {} set received_minor = -499", "residuals_have_a_reason", 1),
    (M, "update {} set residual_code = 'difference'", "residuals_have_a_reason", 1),
    ("marts.fct_balance_proof", "update {} set ledger_minor = 940", "difference_is_ledger_less_statement", 1),
    (A, "insert into {0} from {0}", "key_is_unique", 1),
    (A, "update {} set negative_minor = -1", "negative_minor_in_range", 1),
    (D, "update {} set starts_at = '2026-04-02' where period_id = '2026-04'", "no_gap", 1),
    (D, "update {} set status = 'closed' where period_id = '2026-04'", "closed_in_order", 1),
    (D, "update {} set fiscal_period = 5 where period_id = '2026-04'", "twelve_to_a_year", 1),
    (D, "update {} set fiscal_quarter = 1 where period_id = '2026-04'", "twelve_to_a_year", 1),
    ("marts.dim_ledger_accounts", "update {} set account_class = 'magic'", "account_class_is_known", 3),
    ("marts.fct_object_observations", "update {} set version = 2", "versions_have_no_gap", 1),
    ("marts.fct_event_divergences", "update {} set from_lists = from_events", "sides_differ", 1),
    ("marts.dim_gl_mapping", "update {} set ledger_account = null", "ledger_account_never_empty", 1),
]
