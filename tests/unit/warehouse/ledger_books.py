"""A small published ledger made by hand: two tenants, two currencies, two months, one payout in transit.

The platform sells for 100.00 usd in March (fee 2.90), sends 70.00 of it to a seller, and takes 5.00 back as an
application fee. In April it is paid out 20.00, which arrives two days later. A sale in yen has no decimals.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SELLER = "acct_1Seller"
# entry, kind, tenant, source, currency, day, recorded, postings (leg, account, clearing id, signed minor, mirror)
ENTRIES = [
    ("platform:txn_sale", "balance_transaction", "platform", "txn_sale", "usd", "2026-03-05 12:00", "2026-03-06", [
        ("balance", "stripe_balance", None, 9710, False), ("gross", "charge_clearing", "ch_1", -10000, False),
        ("stripe_fee", "stripe_fees", None, 290, False)]),
    ("platform:txn_send", "balance_transaction", "platform", "txn_send", "usd", "2026-03-05 12:01", "2026-03-06", [
        ("balance.mirror", "stripe_balance", None, -7000, True), ("gross", "transfer_clearing", "tr_1", 7000, True)]),
    (f"{SELLER}:txn_got", "balance_transaction", SELLER, "txn_got", "usd", "2026-03-05 12:01", "2026-03-06", [
        ("balance.mirror", "stripe_balance", None, 6500, True), ("gross", "transfer_clearing", "tr_1", -7000, True),
        ("application_fee", "application_fee_clearing", "fee_1", 500, True)]),
    ("platform:txn_fee", "balance_transaction", "platform", "txn_fee", "usd", "2026-03-05 12:02", "2026-03-06", [
        ("balance.mirror", "stripe_balance", None, 500, True), ("gross", "application_fee_clearing", "fee_1", -500, True)]),
    ("platform:txn_yen", "balance_transaction", "platform", "txn_yen", "jpy", "2026-03-31 23:30", "2026-04-02", [
        ("balance", "stripe_balance", None, 500, False), ("gross", "charge_clearing", "ch_2", -500, False)]),
    ("platform:txn_out", "balance_transaction", "platform", "txn_out", "usd", "2026-04-10 01:00", "2026-04-11", [
        ("balance", "stripe_balance", None, -2000, False), ("gross", "payouts_in_transit", "po_1", 2000, False)]),
    ("platform:po_1:arrival", "payout_arrival", "platform", "po_1", "usd", "2026-04-12 00:00", "2026-04-11", [
        ("bank", "bank_unverified", None, 2000, False), ("clearing", "payouts_in_transit", "po_1", -2000, False)]),
]
# transaction, tenant, category, source, charge, payout, transfer, fee object, currency, gross, fee, created, available
TRANSACTIONS = [
    ("txn_sale", "platform", "charge", "ch_1", "ch_1", "po_1", None, None, "usd", 10000, 290, "2026-03-05 12:00", "2026-03-07"),
    ("txn_send", "platform", "transfer", "tr_1", None, None, "tr_1", None, "usd", -7000, 0, "2026-03-05 12:01", "2026-03-05"),
    ("txn_got", SELLER, "charge", "py_1", "py_1", None, "tr_1", "fee_1", "usd", 7000, 500, "2026-03-05 12:01", "2026-03-05"),
    ("txn_fee", "platform", "platform_earning", "fee_1", None, None, None, "fee_1", "usd", 500, 0, "2026-03-05 12:02", "2026-03-05"),
    ("txn_yen", "platform", "charge", "ch_2", "ch_2", None, None, None, "jpy", 500, 0, "2026-03-31 23:30", "2026-04-03"),
    ("txn_out", "platform", "payout", "po_1", None, "po_1", None, None, "usd", -2000, 0, "2026-04-10 01:00", "2026-04-12"),
]
TABLES = """
create or replace table marts.fct_ledger_postings (
    posting_id varchar, entry_id varchar, entry_kind varchar, account_id varchar, subledger varchar, leg varchar,
    ledger_account varchar, clearing_id varchar, currency varchar, debit_minor bigint, credit_minor bigint,
    effective_at timestamptz, posting_date date, period_id varchar, service_month date, recorded_at timestamptz,
    source_object_id varchar, reverses_entry_id varchar, counterparty_account_id varchar, is_mirror boolean);
create or replace table marts.fct_transactions (
    transaction_id varchar, account_id varchar, reporting_category varchar, source_object_id varchar, charge_id varchar,
    payout_id varchar, transfer_id varchar, application_fee_id varchar, currency varchar, gross_minor bigint,
    fee_minor bigint, created_at timestamptz, available_at timestamptz, net_minor bigint, recorded_at timestamptz);
create or replace table marts.dim_ledger_accounts as
from (values ('stripe_balance', 'asset'), ('bank_unverified', 'asset'), ('charge_clearing', 'clearing'),
    ('transfer_clearing', 'clearing'), ('application_fee_clearing', 'clearing'), ('payouts_in_transit', 'clearing'),
    ('risk_reserves', 'asset'), ('opening_equity', 'equity'), ('stripe_fees', 'expense'))
as t (ledger_account, account_class);
create or replace table marts.dim_periods as
from (values ('2026-03', timestamptz '2026-03-01 00:00:00+00', timestamptz '2026-04-01 00:00:00+00', 'open'),
    ('2026-04', timestamptz '2026-04-01 00:00:00+00', timestamptz '2026-05-01 00:00:00+00', 'open'))
as t (period_id, starts_at, ends_at, status);
create or replace table marts.dim_gl_mapping (
    ledger_account varchar, gl_code varchar, gl_name varchar, class varchar, department varchar, location varchar);
create or replace table staging.stg_stripe__charges as
from (values ('ch_1', 'platform', 'pi_1', 'succeeded', 'usd', 10000, timestamptz '2026-03-05 12:00:00+00'),
    ('ch_2', 'platform', 'pi_2', 'succeeded', 'jpy', 500, timestamptz '2026-03-31 23:30:00+00'))
as t (charge_id, account_id, payment_intent_id, status, currency, amount_minor, created_at);
create or replace table staging.stg_stripe__payouts as
from (values ('po_1', 'platform', 'paid', 'usd', 2000, timestamptz '2026-04-10 01:00:00+00', timestamptz '2026-04-12 00:00:00+00'))
as t (payout_id, account_id, status, currency, amount_minor, created_at, arrival_at);
create or replace table staging.stg_stripe__events as
from (values ('evt_1', 'platform', 'charge.succeeded', 'ch_1', timestamptz '2026-03-05 12:00:00+00'),
    ('evt_2', 'platform', 'payout.paid', 'po_1', timestamptz '2026-04-12 03:00:00+00'))
as t (event_id, account_id, event_type, object_id, created_at);
"""


def _text(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


def posting_rows(entries=ENTRIES) -> str:
    """The postings as rows of VALUES."""
    rows = []
    for entry_id, kind, account_id, source, currency, effective_at, recorded, postings in entries:
        day = effective_at[:10]
        for leg, ledger_account, clearing_id, amount, is_mirror in postings:
            rows.append(
                f"('{entry_id}:{leg}', '{entry_id}', '{kind}', '{account_id}', 'money', '{leg}', '{ledger_account}', "
                f"{_text(clearing_id)}, '{currency}', {max(amount, 0)}, {max(-amount, 0)}, '{effective_at}:00+00', '{day}', "
                f"'{day[:7]}', null, '{recorded} 00:00:00+00', '{source}', null, null, {is_mirror})"
            )
    return ", ".join(rows)


def books_sql(extra: str = "") -> str:
    """SQL that creates the tables, in a database that has the schemas marts and staging."""
    transactions = ", ".join(
        f"('{row[0]}', '{row[1]}', '{row[2]}', '{row[3]}', {', '.join(map(_text, row[4:8]))}, '{row[8]}', {row[9]}, "
        f"{row[10]}, '{row[11]}:00+00', '{row[12]} 00:00:00+00', {row[9] - row[10]}, '{row[11]}:00+00')"
        for row in TRANSACTIONS
    )
    return (
        f"{TABLES}\ninsert into marts.fct_ledger_postings values {posting_rows()};\n"
        f"insert into marts.fct_transactions values {transactions};\n{extra}"
    )


def publish_books(database: Path, extra: str = "") -> None:
    """A published file with these books."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'; create schema marts; create schema staging; create schema meta")
        connection.execute(
            "create table marts.dim_currencies as from (values ('usd', 2), ('jpy', 0), ('kwd', 3)) as t (currency, exponent);"
            "create table meta.publication as select timestamptz '2026-05-15 00:00:00+00' as as_of;"
        )
        connection.execute(books_sql(extra))
