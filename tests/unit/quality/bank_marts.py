"""A small bank without a defect: one statement with a payout that the ledger has, and rent that is nobody's payout."""

from __future__ import annotations

GOOD_BANK = """
create table marts.fct_bank_statements as
select 'st_1' as statement_id, 'platform' as account_id, 'DE01' as bank_account, 'usd' as currency,
    'booked' as statement_kind, 'camt.053' as source_format, null::varchar as servicer, '1' as statement_number,
    1::bigint as sequence_number, 1::bigint as page_number, date '2026-03-01' as period_start_date,
    date '2026-03-31' as period_end_date, 5000::bigint as opening_minor, 5241::bigint as closing_minor,
    2::bigint as entry_count, 941::bigint as credit_minor, 700::bigint as debit_minor, 'balances' as proven_by,
    0::bigint as gap_minor, 0::bigint as missing_statement_count, 'bank/march.xml' as source_file;
create table marts.fct_bank_entries as
select 'be_' || i as bank_entry_id, 'platform' as account_id, 'DE01' as bank_account, 'usd' as currency,
    'st_1' as statement_id, date '2026-03-05' as booked_date, date '2026-03-05' as value_date, amount::bigint as amount_minor,
    'booked' as entry_status, text as description, null::varchar as reference, text as counterparty,
    null::bigint as instructed_minor, null::varchar as instructed_currency, null::bigint as charges_minor,
    'camt.053' as source_format, 'bank/march.xml' as source_file, timestamptz '2026-04-01 00:00:00+00' as recorded_at
from (values (1, 941, 'STRIPE'), (2, -700, 'RENT')) as lines (i, amount, text);
create table marts.fct_bank_proof as
select 'platform' as account_id, 'DE01' as bank_account, 'usd' as currency, 'st_1' as statement_id,
    5000::bigint as opening_minor, 241::bigint as entries_minor, 0::bigint as elsewhere_minor,
    5241::bigint as closing_minor, 941::bigint as posted_minor, 0::bigint as converted_minor, 0::bigint as open_minor,
    -700::bigint as unrelated_minor, 1::bigint as posted_count, 'balances' as proven_by;
insert into marts.fct_ledger_postings by name
select 'platform:m_1:2026-03-05:' || leg as posting_id, 'platform:m_1:2026-03-05' as entry_id, 'bank_receipt' as entry_kind,
    'platform' as account_id, 'money' as subledger, leg, ledger_account, clearing_id, 'usd' as currency,
    debit::bigint as debit_minor, credit::bigint as credit_minor, timestamptz '2026-03-05 00:00:00+00' as effective_at,
    date '2026-03-05' as posting_date, '2026-03' as period_id, timestamptz '2026-04-01 00:00:00+00' as recorded_at,
    'po_1' as source_object_id, false as is_mirror
from (values ('bank.be_1', 'bank_cash', null, 941, 0), ('clearing.po_1', 'payouts_in_transit', 'po_1', 0, 941))
    as legs (leg, ledger_account, clearing_id, debit, credit);
"""

# Suite, what is done to it, the rule that finds it, how many rows it finds.
PROOF = "marts.fct_bank_proof"
BANK_DAMAGE = [
    (PROOF, "update {} set posted_minor = 940", "entries_are_accounted_for", 1),
    (PROOF, "update {} set closing_minor = 5240", "balances_carry_the_entries", 1),
    (PROOF, "update {} set posted_count = 2", "posted_lines_are_in_the_ledger", 1),
    (PROOF, "insert into {0} from {0}", "key_is_unique", 1),
    (PROOF, "update {} set proven_by = 'hope'", "proven_by_is_known", 1),
    ("marts.fct_bank_entries", "update {} set statement_id = 'st_2' where bank_entry_id = 'be_1'", "entries_have_a_statement", 1),
    ("marts.fct_bank_statements", "update {} set closing_minor = null", "proof_has_balances", 1),
]
