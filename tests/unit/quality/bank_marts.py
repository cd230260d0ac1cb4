"""A small bank account without a defect: one statement with two entries."""

from __future__ import annotations

GOOD_BANK = """
create table marts.fct_bank_statements as
select 'st_1' as statement_id, 'platform' as account_id, 'DE00' as bank_account, 'eur' as currency, 'booked' as statement_kind,
    'camt.053' as source_format, date '2026-03-01' as period_start_date, date '2026-03-02' as period_end_date,
    1000::bigint as opening_minor, 1050::bigint as closing_minor, 2::bigint as entry_count, 'balances' as proven_by,
    0::bigint as gap_minor, 0::bigint as missing_statement_count;
create table marts.fct_bank_entries as
select 'be_' || amount as bank_entry_id, 'platform' as account_id, 'DE00' as bank_account, 'eur' as currency, 'st_1' as statement_id,
    date '2026-03-02' as booked_date, date '2026-03-02' as value_date, amount::bigint as amount_minor, 'booked' as entry_status,
    'STRIPE' as description, 'R1' as reference, 'Stripe' as counterparty, null::bigint as instructed_minor,
    null::varchar as instructed_currency, null::bigint as charges_minor, null::varchar as charges_currency,
    'camt.053' as source_format, 'bank/a.xml' as source_file, timestamptz '2026-03-03 00:00:00+00' as recorded_at
from (values (150), (-100)) as listed (amount);
create table marts.fct_bank_proof as
select 'platform' as account_id, 'DE00' as bank_account, 'eur' as currency, 'st_1' as statement_id,
    1000::bigint as opening_minor, 50::bigint as entries_minor, 0::bigint as elsewhere_minor, 1050::bigint as closing_minor,
    0::bigint as posted_minor, 0::bigint as converted_minor, 150::bigint as open_minor, -100::bigint as unrelated_minor,
    0::bigint as posted_count, 'balances' as proven_by;
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
E, S, B = "marts.fct_bank_entries", "marts.fct_bank_statements", "marts.fct_bank_proof"
BANK_DAMAGE = [
    (E, "insert into {0} select * from {0} where bank_entry_id = 'be_150'", "key_is_unique", 1),
    (E, "update {} set currency = 'zzz'", "currency_is_known", 2),
    (E, "update {} set booked_date = null where amount_minor < 0", "booked_date_never_empty", 1),
    (E, "update {} set entry_status = 'maybe'", "entry_status_is_known", 2),
    (E, "update {} set source_format = 'pdf'", "source_format_is_known", 2),
    (E, "update {} set charges_minor = 5 where amount_minor > 0", "money_has_currency", 1),
    (E, "update {} set statement_id = 'st_9' where amount_minor > 0", "entries_have_a_statement", 1),
    (E, "alter table {} alter amount_minor type double", "has_types", 1),
    (S, "insert into {0} from {0}", "key_is_unique", 1),
    (S, "update {} set closing_minor = null", "proof_has_balances", 1),
    (S, "update {} set proven_by = 'faith'", "proven_by_is_known", 1),
    (S, "update {} set period_end_date = '2026-02-01'", "a_period_has_an_order", 1),
    (S, "update {} set missing_statement_count = -1", "missing_statement_count_in_range", 1),
    (B, "update {} set posted_minor = 150", "entries_are_accounted_for", 1),
    (B, "update {} set closing_minor = 1049", "balances_carry_the_entries", 1),
    (B, "update {} set posted_count = 1", "posted_lines_are_in_the_ledger", 1),
    (B, "insert into {0} from {0}", "key_is_unique", 1),
]
