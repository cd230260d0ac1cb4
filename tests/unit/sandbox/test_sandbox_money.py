"""Stripe's own arithmetic holds in the written files: transactions, fees, payouts, balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

Table = Callable[[str], list[dict[str, str]]]
Listed = Callable[[str], list[dict[str, Any]]]


def test_net_is_amount_less_fee_in_350_to_450_transactions(table: Table) -> None:
    rows = table("balance_transactions")
    assert 350 <= len(rows) <= 450
    assert all(int(row["net"]) == int(row["amount"]) - int(row["fee"]) for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_fee_is_the_sum_of_its_details(table: Table) -> None:
    details: dict[str, int] = defaultdict(int)
    for row in table("balance_transaction_fee_details"):
        details[row["balance_transaction_id"]] += int(row["amount"])
    for row in table("balance_transactions"):
        assert int(row["fee"]) == details.pop(row["id"], 0), row
    assert not details


def test_every_payout_is_minus_the_net_of_its_own_transaction(table: Table) -> None:
    transactions = {row["id"]: row for row in table("balance_transactions")}
    payouts = [row for row in table("transfers") if row["id"].startswith("po_")]
    assert len(payouts) > 80
    for payout in payouts:
        own = transactions[payout["balance_transaction_id"]]
        assert int(payout["amount"]) == -int(own["net"]), payout
        assert (own["type"], own["source_id"]) == ("payout", payout["id"])


def test_automatic_payouts_tie_to_the_cent_and_others_have_no_members(table: Table) -> None:
    members: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in table("balance_transactions"):
        if row["automatic_transfer_id"]:
            key = (row["account"], row["currency"], row["automatic_transfer_id"])
            members[key] += int(row["net"])
    for payout in table("transfers"):
        if payout["automatic"] == "true":
            key = (payout["account"], payout["currency"], payout["id"])
            assert members.pop(key) == int(payout["amount"])
    assert not members


def test_payout_lists_hold_the_members_and_the_payouts_own_row(listed: Listed) -> None:
    nets = {row["id"]: row["net"] for row in listed("balance_transaction")}
    own = {row["balance_transaction"]: row["id"] for row in listed("payout") if row["automatic"]}
    sums: dict[str, int] = defaultdict(int)
    for pair in listed("payout_balance_transactions"):
        sums[pair["payout"]] += nets[pair["balance_transaction"]]
    assert set(sums) == set(own.values())
    assert set(sums.values()) == {0}


def test_members_are_available_before_their_payout_is_created(table: Table) -> None:
    created = {row["id"]: row["created"] for row in table("transfers")}
    for row in table("balance_transactions"):
        payout = row["automatic_transfer_id"]
        assert not payout or max(row["available_on"], row["created"]) < created[payout]


def test_no_balance_is_ever_negative_at_a_payout(table: Table) -> None:
    """Running sum of net per balance, in the order of time: a payout takes what is there, never more."""
    running: dict[tuple[str, str], int] = defaultdict(int)
    for row in sorted(table("balance_transactions"), key=lambda row: row["created"]):
        running[row["account"], row["currency"]] += int(row["net"])
        if row["type"] == "payout":
            assert running[row["account"], row["currency"]] >= 0, row


def test_stated_balance_is_the_sum_of_all_nets(listed: Listed) -> None:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in listed("balance_transaction"):
        sums[row["@tenant"], row["currency"]] += row["net"]
    for balance in listed("balance"):
        for part in ("available", "pending"):
            for line in balance[part]:
                sums[balance["@tenant"], line["currency"]] -= line["amount"]
    assert set(sums.values()) == {0}
    assert {currency for _, currency in sums} == {"usd", "eur", "jpy", "kwd"}


def test_presentment_converts_to_settlement_at_the_stated_rate(listed: Listed) -> None:
    """Half up: |settlement - presentment x rate| is at most half a cent (plus what a float cannot say)."""
    sources = {row["id"]: row for name in ("charge", "refund") for row in listed(name)}
    converted = [row for row in listed("balance_transaction") if row["exchange_rate"]]
    assert len(converted) > 8
    for row in converted:
        source = sources[row["source"]]
        assert source["currency"] != row["currency"]
        assert abs(abs(row["amount"]) - source["amount"] * row["exchange_rate"]) <= 0.500001


def test_refunded_amounts_are_the_refunds_that_went_through(table: Table) -> None:
    refunded: dict[str, int] = defaultdict(int)
    for row in table("refunds"):
        if row["status"] == "succeeded":
            refunded[row["charge_id"]] += int(row["amount"])
    for row in table("charges"):
        assert int(row["amount_refunded"]) == refunded[row["id"]], row
        assert (row["refunded"] == "true") == (0 < int(row["amount"]) == refunded[row["id"]])


def test_transfers_mirror_connected_payments_and_fees(listed: Listed) -> None:
    charges = {row["id"]: row for row in listed("charge")}
    details = {row["id"]: row for row in listed("balance_transaction")}
    for moved in listed("transfer"):
        payment = charges[moved["destination_payment"]]
        assert payment["@tenant"] == moved["destination"]
        assert (payment["amount"], payment["currency"]) == (moved["amount"], moved["currency"])
    for earned in listed("application_fee"):
        kept = details[charges[earned["charge"]]["balance_transaction"]]["fee_details"]
        assert [part["amount"] for part in kept if part["type"] == "application_fee"] == [earned["amount"]]


def test_everything_happens_in_the_quarter_in_whole_seconds(table: Table) -> None:
    for row in table("balance_transactions"):
        created = datetime.strptime(row["created"], "%Y-%m-%d %H:%M:%S.%f")
        assert (created.year, created.month in (1, 2, 3), created.microsecond) == (2026, True, 0)
