"""Stripe's own arithmetic holds in the files of a whole company: transactions, fees, payouts, balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

Table = Callable[[str], list[dict[str, str]]]
Listed = Callable[[str], list[dict[str, Any]]]


def printed(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S.000")


def test_every_transaction_of_the_api_is_the_sigma_row(table: Table, listed: Listed) -> None:
    sigma = {(row["account"], row["id"]): row for row in table("balance_transactions")}
    objects = listed("balance_transaction")
    assert len(objects) == len(sigma) > 1_000
    for obj in objects:
        row = sigma[obj["@tenant"], obj["id"]]
        for key in ("amount", "fee", "net", "currency", "type", "reporting_category", "status"):
            assert row[key] == str(obj[key])
        assert row["source_id"] == (obj["source"] or "")
        assert row["description"] == (obj["description"] or "")
        assert row["created"] == printed(obj["created"])
        assert row["available_on"] == printed(obj["available_on"])
        # Stripe fills this column only for rows created since 2026-01-26
        late = row["created"] >= "2026-01-26"
        assert float(row["exchange_rate"] or 0) == (obj["exchange_rate"] or 0 if late else 0)


@pytest.mark.parametrize(
    ("name", "of_api"),
    [("charges", "charge"), ("refunds", "refund"), ("invoices", "invoice"), ("disputes", "dispute")],
)
def test_ids_and_statuses_agree(table: Table, listed: Listed, name: str, of_api: str) -> None:
    sigma = sorted((row["account"], row["id"], row["status"], row["currency"]) for row in table(name))
    api = sorted((row["@tenant"], row["id"], row["status"], row["currency"]) for row in listed(of_api))
    assert sigma == api


def test_net_is_amount_less_fee_and_fee_the_sum_of_its_details(table: Table) -> None:
    details: dict[str, int] = defaultdict(int)
    for row in table("balance_transaction_fee_details"):
        details[row["balance_transaction_id"]] += int(row["amount"])
    rows = table("balance_transactions")
    for row in rows:
        assert int(row["net"]) == int(row["amount"]) - int(row["fee"]), row
        assert int(row["fee"]) == details.pop(row["id"], 0), row
    assert not details
    assert len({row["id"] for row in rows}) == len(rows)


def test_every_payout_is_minus_the_gross_of_its_own_transaction(table: Table) -> None:
    """The fee of an instant payout comes on top: it is in the net. A reversal is a payout of its own, and negative."""
    transactions = {row["id"]: row for row in table("balance_transactions")}
    payouts = [row for row in table("transfers") if row["id"].startswith("po_")]
    assert len(payouts) > 80
    for payout in payouts:
        own = transactions[payout["balance_transaction_id"]]
        assert int(payout["amount"]) == -int(own["amount"]), payout
        assert own["type"] == ("payout" if int(payout["amount"]) > 0 else "payout_cancel")
        assert own["source_id"] == payout["id"]


def test_automatic_payouts_tie_to_the_cent_and_others_have_no_members(table: Table) -> None:
    members: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in table("balance_transactions"):
        if row["automatic_transfer_id"]:
            members[row["account"], row["currency"], row["automatic_transfer_id"]] += int(row["net"])
    for payout in table("transfers"):
        if payout["automatic"] == "true":
            assert members.pop((payout["account"], payout["currency"], payout["id"])) == int(payout["amount"])
    assert not members


def test_members_are_available_before_their_payout_is_created(table: Table) -> None:
    created = {row["id"]: row["created"] for row in table("transfers")}
    for row in table("balance_transactions"):
        payout = row["automatic_transfer_id"]
        assert not payout or max(row["available_on"], row["created"]) < created[payout], row


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


def test_refunded_amounts_are_the_refunds_that_went_through(table: Table) -> None:
    refunded: dict[str, int] = defaultdict(int)
    for row in table("refunds"):
        if row["status"] == "succeeded":
            refunded[row["charge_id"]] += int(row["amount"])
    assert len(refunded) > 20
    for row in table("charges"):
        assert int(row["amount_refunded"]) == refunded[row["id"]], row
        assert (row["refunded"] == "true") == (0 < int(row["amount"]) == refunded[row["id"]])


def test_an_invoice_is_the_sum_of_its_rows(table: Table) -> None:
    """Total = lines - discounts + taxes on top, over four tables."""
    sums: dict[str, int] = defaultdict(int)
    for name, sign in (
        ("invoice_line_items", 1),
        ("invoice_line_item_discount_amounts", -1),
        ("invoice_line_item_tax_amounts", 1),
    ):
        rows = [row for row in table(name) if row.get("inclusive") != "true"]
        assert rows, name
        for row in rows:
            sums[row["invoice_id"]] += sign * int(row["amount"])
    invoices = table("invoices")
    assert len(invoices) > 50
    for row in invoices:
        assert int(row["total"]) == sums[row["id"]], row


def test_everything_happens_in_the_story_in_whole_seconds(table: Table) -> None:
    for row in table("balance_transactions"):
        created = datetime.strptime(row["created"], "%Y-%m-%d %H:%M:%S.%f")
        assert datetime(2025, 12, 1) <= created < datetime(2026, 4, 1) and created.microsecond == 0
