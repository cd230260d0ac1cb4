"""`tieout ledger balance`: balances at an instant, exact, and what Stripe's own rows add up to beside them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.unit.warehouse.ledger_books import SELLER, publish_books


@pytest.fixture
def books(empty):
    publish_books(empty.published_db)
    return empty.root


def balances(done):
    assert done.exit_code == 0, done.output
    return {(row["account_id"], row["currency"], row["ledger_account"]): row["balance_minor"]
            for row in json.loads(done.stdout)["balances"]}


def test_a_balance_counts_what_was_effective_by_the_instant_itself(tieout, books):
    def stripe_balance(at):
        found = balances(tieout("ledger", "balance", "--at", at, "--workspace", books, "--format", "json"))
        return found.get(("platform", "usd", "stripe_balance"), 0)

    assert stripe_balance("2026-03-05T11:59:59Z") == 0
    assert stripe_balance("2026-03-05T12:00:00Z") == 9710
    assert stripe_balance("2026-03-05T13:01:00+01:00") == 2710
    assert stripe_balance("2026-04-10T00:59:59Z") == 3210
    assert stripe_balance("2026-04-30") == 1210


def test_known_at_leaves_out_what_was_received_later(tieout, books):
    known = ("ledger", "balance", "--at", "2026-04-01", "--workspace", books, "--format", "json", "--known-at")
    assert ("platform", "jpy", "stripe_balance") not in balances(tieout(*known, "2026-04-01"))
    assert balances(tieout(*known, "2026-04-02"))["platform", "jpy", "stripe_balance"] == 500


def test_each_tenant_and_currency_balances_on_its_own(tieout, books):
    found = balances(tieout("ledger", "balance", "--at", "2026-05-01", "--workspace", books, "--format", "json"))
    sums = {}
    for (account_id, currency, _), amount in found.items():
        sums[account_id, currency] = sums.get((account_id, currency), 0) + amount
    assert sums == {("platform", "usd"): 0, ("platform", "jpy"): 0, (SELLER, "usd"): 0}


def test_one_account_of_one_tenant(tieout, books):
    done = tieout("ledger", "balance", "--at", "2026-05-01", "--account", SELLER, "--ledger-account", "stripe_balance",
                  "--workspace", books, "--format", "json")
    assert balances(done) == {(SELLER, "usd", "stripe_balance"): 6500}


@pytest.mark.parametrize(("at", "parts"), [
    ("2026-03-06", [-6500, 9710, 0, 0]),  # the sale is pending until the seventh
    ("2026-03-08", [3210, 0, 0, 0]),
    ("2026-04-11", [1210, 0, 2000, 0]),
    ("2026-04-12", [1210, 0, 0, 0]),
])
def test_what_a_tenant_has_at_stripe(tieout, books, at, parts):
    done = tieout("ledger", "balance", "--at", at, "--account", "platform", "--workspace", books, "--format", "json")
    usd = next(row for row in json.loads(done.stdout)["stripe"] if row["currency"] == "usd")
    assert [usd[f"{part}_minor"] for part in ("available", "pending", "in_transit", "reserved")] == parts
    assert usd["available_minor"] + usd["pending_minor"] == balances(done)["platform", "usd", "stripe_balance"]


def test_reserves_and_opening_balances_are_part_of_it(tieout, empty):
    publish_books(empty.published_db, """
        insert into marts.fct_ledger_postings
        select concat(entry, ':', leg), entry, kind, 'platform', 'money', leg, name, null, 'usd', debit, credit,
            timestamptz '2026-03-01 00:00:00+00', date '2026-03-01', '2026-03', null,
            timestamptz '2026-03-01 00:00:00+00', entry, null, null, false
        from (values
            ('platform:opening:1', 'opening_balance', 'opening', 'stripe_balance', 700, 0),
            ('platform:opening:1', 'opening_balance', 'equity', 'opening_equity', 0, 700),
            ('platform:opening:2', 'opening_balance', 'opening', 'risk_reserves', 40, 0),
            ('platform:opening:2', 'opening_balance', 'equity', 'opening_equity', 0, 40))
        as t (entry, kind, leg, name, debit, credit);""")
    done = tieout("ledger", "balance", "--at", "2026-03-02", "--account", "platform", "--workspace", empty.root,
                  "--format", "json")
    assert [(row["available_minor"], row["reserved_minor"]) for row in json.loads(done.stdout)["stripe"]] == [(700, 40)]


def test_amounts_have_the_decimals_of_their_currency(tieout, books):
    done = tieout("ledger", "balance", "--at", "2026-05-01", "--account", "platform", "--workspace", books,
                  "--format", "csv")
    rows = {(row["view"], row["currency"], row["ledger_account"]): row["balance"]
            for row in csv.DictReader(io.StringIO(done.stdout))}
    assert rows["ledger", "jpy", "charge_clearing"] == "-500"
    assert rows["ledger", "usd", "charge_clearing"] == "-100.00"
    assert rows["stripe", "usd", "available"] == "12.10"
    table = tieout("ledger", "balance", "--at", "2026-05-01", "--account", "platform", "--workspace", books)
    assert "-10000  -100.00 usd" in table.stdout
    assert "500 jpy" in table.stdout


def test_beyond_the_publication_it_says_so(tieout, books):
    assert "after 2026-05-15T00:00:00Z are not" in tieout(
        "ledger", "balance", "--at", "2026-06-01", "--workspace", books).stderr
    assert tieout("ledger", "balance", "--at", "2026-05-01", "--workspace", books).stderr == ""


@pytest.mark.parametrize(("arguments", "said"), [
    (("--at", "yesterday"), "is no instant"),
    (("--at", "2026-05-01", "--known-at", "soon"), "--known-at 'soon' is no instant"),
    (("--at", "2026-05-01", "--account", "acct_1seller"), f"Did you mean {SELLER}?"),
    (("--at", "2026-05-01", "--ledger-account", "stripe_balnce"), "Did you mean stripe_balance"),
])
def test_wrong_questions_are_answered_with_help(tieout, books, arguments, said):
    done = tieout("ledger", "balance", *arguments, "--workspace", books)
    assert done.exit_code == 2
    assert said in done.stderr


def test_without_a_ledger_it_says_how_to_get_one(tieout, empty, published):
    done = tieout("ledger", "balance", "--at", "2026-05-01", "--workspace", published.root)
    assert done.exit_code == 2
    assert "has no marts.fct_ledger_postings" in done.stderr
    assert "tieout run" in done.stderr


def test_nothing_published_is_wrong_usage(tieout, empty):
    done = tieout("ledger", "balance", "--at", "2026-05-01", "--workspace", empty.root)
    assert (done.exit_code, "Nothing is published yet" in done.stderr) == (2, True)
