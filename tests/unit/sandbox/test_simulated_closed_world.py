"""Every id that an object names exists in its tenant's lists, and every flow that users have occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

Table = Callable[[str], list[dict[str, str]]]
Listed = Callable[[str], list[dict[str, Any]]]

# table, column, table it points into, column there
_LINKS = [
    ("balance_transactions", "automatic_transfer_id", "transfers", "id"),
    ("balance_transaction_fee_details", "balance_transaction_id", "balance_transactions", "id"),
    ("charges", "balance_transaction_id", "balance_transactions", "id"),
    ("charges", "customer_id", "customers", "id"),
    ("charges", "payment_intent", "payment_intents", "id"),
    ("charges", "invoice_id", "invoices", "id"),
    ("charges", "dispute_id", "disputes", "id"),
    ("charges", "application_fee_id", "application_fees", "id"),
    ("charges", "transfer_id", "transfers", "id"),
    ("charges", "source_transfer_id", "transfers", "id"),
    ("charges", "destination_id", "connected_accounts", "id"),
    ("payment_intents", "customer_id", "customers", "id"),
    ("refunds", "charge_id", "charges", "id"),
    ("refunds", "balance_transaction_id", "balance_transactions", "id"),
    ("refunds", "failure_balance_transaction_id", "balance_transactions", "id"),
    ("refunds", "refund_payment_intent", "payment_intents", "id"),
    ("refunds", "refund_transfer_reversal_id", "transfer_reversals", "id"),
    ("refunds", "source_transfer_reversal_id", "transfer_reversals", "id"),
    ("disputes", "charge_id", "charges", "id"),
    ("transfers", "balance_transaction_id", "balance_transactions", "id"),
    ("transfers", "destination_payment_id", "charges", "id"),
    ("transfers", "source_transaction_id", "charges", "id"),
    ("transfer_reversals", "transfer_id", "transfers", "id"),
    ("transfer_reversals", "balance_transaction_id", "balance_transactions", "id"),
    ("transfer_reversals", "source_refund_id", "refunds", "id"),
    ("transfer_reversals", "destination_payment_refund_id", "refunds", "id"),
    ("application_fees", "charge_id", "charges", "id"),
    ("application_fees", "originating_transaction_id", "charges", "id"),
    ("application_fees", "account_id", "connected_accounts", "id"),
    ("application_fees", "balance_transaction_id", "balance_transactions", "id"),
    ("application_fee_refunds", "fee_id", "application_fees", "id"),
    ("application_fee_refunds", "balance_transaction_id", "balance_transactions", "id"),
    ("topups", "balance_transaction", "balance_transactions", "id"),
    ("prices", "product_id", "products", "id"),
    ("plans", "id", "prices", "id"),
    ("subscriptions", "customer_id", "customers", "id"),
    ("subscriptions", "latest_invoice_id", "invoices", "id"),
    ("subscriptions", "discount_coupon_id", "coupons", "id"),
    ("subscription_items", "subscription_id", "subscriptions", "id"),
    ("subscription_items", "price_id", "prices", "id"),
    ("discounts", "subscription_id", "subscriptions", "id"),
    ("invoices", "customer_id", "customers", "id"),
    ("invoices", "subscription_id", "subscriptions", "id"),
    ("invoices", "charge_id", "charges", "id"),
    ("invoice_line_items", "invoice_id", "invoices", "id"),
    ("invoice_line_items", "price_id", "prices", "id"),
    ("invoice_line_items", "invoice_item_id", "invoice_items", "id"),
    ("invoice_line_items", "subscription_item_id", "subscription_items", "id"),
    ("invoice_line_item_tax_amounts", "tax_rate", "tax_rates", "id"),
    ("invoice_payments", "payment_intent", "payment_intents", "id"),
    ("credit_notes", "invoice_id", "invoices", "id"),
    ("credit_notes", "refund_id", "refunds", "id"),
    ("credit_notes", "customer_balance_transaction_id", "customer_balance_transactions", "id"),
    ("credit_note_line_items", "invoice_line_item", "invoice_line_items", "id"),
    ("customer_balance_transactions", "customer_id", "customers", "id"),
    ("customers_metadata", "customer_id", "customers", "id"),
    ("charges_metadata", "charge_id", "charges", "id"),
]


def test_every_reference_of_every_table_is_found(table: Table) -> None:
    for name, column, target, key in _LINKS:
        known = {row[key] for row in table(target)}
        named = {row[column] for row in table(name)} - {""}
        assert named, f"{name}.{column} is always empty"
        assert named <= known, f"{name}.{column}: {sorted(named - known)[:3]}"


def test_a_line_names_a_discount_that_is_there_or_has_ended(table: Table, listed: Listed) -> None:
    """Who had a coupon for some months has no discount any more; what it took off still names it."""
    there = {row["id"] for row in table("discounts")}
    customers = {row["id"]: row for row in listed("customer")}
    used = {
        part["discount"]: customers[invoice["customer"]]
        for invoice in listed("invoice")
        for line in invoice["lines"]["data"]
        for part in line["discount_amounts"]
    }
    assert set(used) == {row["discount"] for row in table("invoice_line_item_discount_amounts")}
    assert len(there & set(used)) > 3
    assert all(used[ended]["discount"] is None for ended in set(used) - there)


def test_sources_of_transactions_exist_in_the_same_tenant(listed: Listed) -> None:
    names = ["charge", "refund", "dispute", "payout", "transfer", "transfer_reversal"]
    names += ["application_fee", "fee_refund", "topup"]
    known = {(row["@tenant"], row["id"]) for name in names for row in listed(name)}
    without: Counter[str] = Counter()
    for row in listed("balance_transaction"):
        if row["source"] is None:
            without[row["type"]] += 1
        else:
            assert (row["@tenant"], row["source"]) in known
    assert set(without) == {
        "contribution",
        "payout_minimum_balance_hold",
        "payout_minimum_balance_release",
        "reserve_transaction",
        "reserved_funds",
        "stripe_fee",
        "tax_fee",
    }


def test_every_flow_occurs(listed: Listed) -> None:
    rows = listed("balance_transaction")
    assert {row["reporting_category"] for row in rows} == {
        "advance",
        "advance_funding",
        "charge",
        "charge_failure",
        "connect_reserved_funds",
        "contribution",
        "dispute",
        "dispute_reversal",
        "fee",
        "other_adjustment",
        "partial_capture_reversal",
        "payout",
        "payout_minimum_balance_hold",
        "payout_minimum_balance_release",
        "payout_reversal",
        "platform_earning",
        "platform_earning_refund",
        "refund",
        "refund_failure",
        "risk_reserved_funds",
        "tax",
        "topup",
        "topup_reversal",
        "transfer",
        "transfer_reversal",
    }
    assert any(row["fee"] < 0 for row in rows)
    payouts = listed("payout")
    assert {row["method"] for row in payouts} == {"standard", "instant"}
    assert {row["status"] for row in payouts} == {"canceled", "failed", "in_transit", "paid"}
    assert {row["automatic"] for row in payouts if row["method"] == "standard"} == {True, False}
    assert any(row["amount"] < 0 for row in payouts)
    assert {row["status"] for row in rows} == {"available", "pending"}
    assert all(row["livemode"] for name in ("charge", "payout", "invoice") for row in listed(name))


def test_a_deleted_customer_is_only_in_sigma(table: Table, listed: Listed) -> None:
    deleted = {row["id"] for row in table("customers") if row["deleted"] == "true"}
    assert deleted
    assert not deleted & {row["id"] for row in listed("customer")}
