"""`tieout trace`: from any id to everything it touches."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.unit.warehouse.ledger_books import SELLER, publish_books


@pytest.fixture
def books(empty):
    publish_books(empty.published_db)
    return empty.root


@pytest.fixture
def traced(tieout, books):
    def call(identifier):
        done = tieout("trace", identifier, "--workspace", books, "--format", "json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)
    return call


def entries_of(found):
    nested = [entry for group in ("transactions", "payouts") for row in found[group] for entry in row["entries"]]
    nested += [entry for payout in found["payouts"] for row in payout["transactions"] for entry in row["entries"]]
    return sorted(entry["entry_id"] for entry in [*nested, *found["entries"]])


def ids(found, group, key):
    return [row[key] for row in found[group]]


def test_a_charge_leads_to_the_bank(traced):
    found = traced("ch_1")
    assert ids(found, "objects", "object_id") == ["ch_1"]
    assert ids(found, "events", "event_id") == ["evt_1", "evt_2"]
    assert ids(found, "transactions", "transaction_id") == ["txn_sale"]
    postings = found["transactions"][0]["entries"][0]["postings"]
    assert {(row["ledger_account"], row["debit_minor"] - row["credit_minor"]) for row in postings} == {
        ("stripe_balance", 9710), ("stripe_fees", 290), ("charge_clearing", -10000)}
    assert entries_of(found) == ["platform:po_1:arrival", "platform:txn_out", "platform:txn_sale"]
    assert [entry["entry_id"] for entry in found["payouts"][0]["entries"]] == ["platform:po_1:arrival"]


def test_a_payout_leads_to_its_members_and_its_arrival(traced):
    found = traced("po_1")
    assert ids(found, "transactions", "transaction_id") == ["txn_sale"]
    payout, = found["payouts"]
    assert (payout["amount_minor"], payout["status"]) == (2000, "paid")
    assert [row["transaction_id"] for row in payout["transactions"]] == ["txn_out"]
    assert entries_of(found) == ["platform:po_1:arrival", "platform:txn_out", "platform:txn_sale"]
    assert ids(found, "objects", "object_id") == ["po_1"]  # not every charge that it paid out


@pytest.mark.parametrize(("identifier", "kind", "transactions"), [
    ("txn_sale", "transaction_id", ["txn_sale"]),
    ("pi_1", "payment_intent", ["txn_sale"]),
    ("evt_1", "event", ["txn_sale"]),
    ("platform:txn_sale", "entry", ["txn_sale"]),
    ("platform:txn_sale:stripe_fee", "posting", ["txn_sale"]),
    # with everything that hangs together: the transfer, the payment it became, the fee taken from it
    ("tr_1", "transfer_id", ["txn_got", "txn_send", "txn_fee"]),
    ("fee_1", "application_fee_id", ["txn_got", "txn_send", "txn_fee"]),
    ("py_1", "charge_id", ["txn_got", "txn_send", "txn_fee"]),
])
def test_any_id_will_do(traced, identifier, kind, transactions):
    found = traced(identifier)
    assert ids(found, "transactions", "transaction_id") == transactions
    assert kind in found["found_as"]


def test_both_tenants_stand_in_one_answer(traced):
    found = traced("txn_send")
    assert {(row["account_id"], row["transaction_id"]) for row in found["transactions"]} == {
        ("platform", "txn_send"), (SELLER, "txn_got"), ("platform", "txn_fee")}
    assert traced("txn_sale")["linked"] == []  # nothing of a plain sale is mirrored


def test_an_arrival_entry_is_found_by_its_own_id(traced):
    found = traced("platform:po_1:arrival")
    assert "entry" in found["found_as"]
    assert ids(found, "payouts", "payout_id") == ["po_1"]


def test_ledger_trace_is_the_same_command(tieout, books):
    one, other = (tieout(*words, "ch_1", "--workspace", books) for words in (("trace",), ("ledger", "trace")))
    assert one.exit_code == other.exit_code == 0
    assert one.stdout == other.stdout


def test_the_tree_reads_from_the_outside_in(tieout, books):
    text = tieout("trace", "ch_1", "--workspace", books).stdout
    places = [text.index(word) for word in ("Objects", "Events", "Transactions", "stripe_fees", "Payouts", "arrival")]
    assert places == sorted(places)
    assert "gross 100.00 usd, fee 2.90 usd, net 97.10 usd" in text
    assert "debit  97.10 usd  stripe_balance" in text
    assert "charge_clearing[ch_1]" in text


def test_a_long_list_is_cut_and_says_so(tieout, books):
    text = tieout("trace", "tr_1", "--limit", "1", "--workspace", books).stdout
    assert "... 2 more; --limit ROWS or --format json shows them" in text
    assert "txn_send" not in text


def test_text_of_an_id_cannot_move_the_cursor(tieout, empty):
    publish_books(empty.published_db, "update marts.fct_transactions set reporting_category = chr(27) || '[31mfee'")
    text = tieout("trace", "ch_1", "--workspace", empty.root).stdout
    assert "\x1b" not in text
    assert "\\x1b[31mfee" in text


def test_an_unknown_id_is_answered_with_help(tieout, books):
    done = tieout("trace", "ch_nobody", "--workspace", books)
    assert done.exit_code == 2
    assert "Nothing in the published file has the id 'ch_nobody'" in done.stderr
    assert "facts up to 2026-05-15" in done.stderr
    assert "Did you mean txn_sale?" in tieout("trace", "TXN_SALE", "--workspace", books).stderr
    assert "ledger balance --account acct_9" in tieout("trace", "acct_9", "--workspace", books).stderr


def test_an_id_is_data_not_sql(tieout, books):
    assert tieout("trace", "ch_1' or '1' = '1", "--workspace", books).exit_code == 2


@pytest.fixture
def lived(books):
    """A subscription that was created, changed and deleted, as events tell it."""
    with duckdb.connect(str(books / "published" / "tieout.duckdb")) as connection:
        connection.execute("""
            create or replace table marts.fct_object_observations as
            select 'platform' as account_id, 'subscription' as object_type, 'sub_1' as object_id, event_id, event_type,
                effective_at::timestamptz as effective_at, is_deleted, version, '2026-03-01'::timestamptz as recorded_at
            from (values
                ('evt_a', 'customer.subscription.created', '2026-01-05 10:00:00+00', false, 1),
                ('evt_b', 'customer.subscription.updated', '2026-02-05 10:00:00+00', false, 2),
                ('evt_c', 'customer.subscription.deleted', '2026-03-05 10:00:00+00', true, 3)
            ) as told (event_id, event_type, effective_at, is_deleted, version);
            create schema if not exists staging;
            create or replace table staging.stg_stripe__events as
            select 'platform' as account_id, event_id, 'sub_1' as object_id, 'subscription' as object_type,
                'customer.subscription.updated' as event_type, now() as created_at,
                ('{"data": {"object": {"id": "sub_1", "quantity": ' || version || '}}}')::varchar as payload
            from marts.fct_object_observations""")
    return books


@pytest.mark.parametrize(("at", "words", "quantity"), [
    ("2026-01-01", "not there yet", None),
    ("2026-01-20", "as event evt_a of 2026-01-05T10:00:00Z showed it", 1),
    ("2026-02-05T10:00:00Z", "as event evt_b of 2026-02-05T10:00:00Z showed it", 2),
    ("2026-04-01", "deleted; last shown by event evt_c of 2026-03-05T10:00:00Z", 3),
])
def test_an_object_is_shown_as_it_was(tieout, lived, at, words, quantity):
    done = tieout("trace", "sub_1", "--at", at, "--workspace", lived)
    assert done.exit_code == 0, done.output
    assert words in done.stderr
    shown = json.loads(done.stdout)
    assert (shown or {}).get("quantity") == quantity


def test_an_instant_that_is_none_is_refused(tieout, lived):
    done = tieout("trace", "sub_1", "--at", "yesterday", "--workspace", lived)
    assert done.exit_code == 2
    assert "--at 'yesterday' is no instant" in done.stderr
