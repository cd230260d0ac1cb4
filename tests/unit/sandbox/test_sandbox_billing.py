"""Invoices add up, in Sigma's columns and in the API's shape, whatever settled them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Table = Callable[[str], list[dict[str, str]]]
Listed = Callable[[str], list[dict[str, Any]]]


def test_total_is_lines_less_discounts_plus_taxes(table: Table) -> None:
    sums: dict[str, int] = defaultdict(int)
    for name, sign in (
        ("invoice_line_items", 1),
        ("invoice_line_item_discount_amounts", -1),
        ("invoice_line_item_tax_amounts", 1),
    ):
        for row in table(name):
            sums[row["invoice_id"]] += sign * int(row["amount"])
    invoices = table("invoices")
    assert len(invoices) > 35
    for row in invoices:
        assert int(row["total"]) == sums[row["id"]], row
        discounts = int(row["subtotal"]) + int(row["tax"]) - int(row["total"])
        assert discounts >= 0


def test_what_is_due_is_paid_or_remains(listed: Listed) -> None:
    for invoice in listed("invoice"):
        applied = invoice["ending_balance"] - invoice["starting_balance"]
        credited = invoice["pre_payment_credit_notes_amount"]
        assert invoice["amount_due"] == invoice["total"] - applied - credited
        if invoice["status"] != "void":
            assert invoice["amount_due"] == invoice["amount_paid"] + invoice["amount_remaining"]
        if invoice["status"] == "paid":
            assert invoice["amount_remaining"] == 0


def test_invoice_payments_are_succeeded_charges_of_the_same_customer(listed: Listed) -> None:
    intents = {row["id"]: row for row in listed("payment_intent")}
    invoices = {row["id"]: row for row in listed("invoice")}
    paid: dict[str, int] = defaultdict(int)
    for row in listed("invoice_payment"):
        intent = intents[row["payment"]["payment_intent"]]
        assert intent["customer"] == invoices[row["invoice"]]["customer"]
        if row["status"] == "paid":
            assert intent["amount_received"] == row["amount_paid"]
            paid[row["invoice"]] += row["amount_paid"]
    for invoice in invoices.values():
        assert invoice["amount_paid"] == paid[invoice["id"]]


def test_credit_notes_are_booked_once_on_their_invoice(listed: Listed) -> None:
    notes = listed("credit_note")
    assert {note["type"] for note in notes} == {"pre_payment", "post_payment"}
    for note in notes:
        assert note["amount"] == sum(line["amount"] for line in note["lines"]["data"])
        assert note["amount"] == note["pre_payment_amount"] + note["post_payment_amount"]
    for key in ("pre_payment", "post_payment"):
        stated = sum(invoice[f"{key}_credit_notes_amount"] for invoice in listed("invoice"))
        assert stated == sum(note[f"{key}_amount"] for note in notes)


def test_customer_balance_is_the_running_sum_of_its_transactions(listed: Listed) -> None:
    balances: dict[str, int] = defaultdict(int)
    for row in sorted(listed("customer_balance_transaction"), key=lambda row: int(row["created"])):
        balances[row["customer"]] += row["amount"]
        assert row["ending_balance"] == balances[row["customer"]]
    for customer in listed("customer"):
        assert customer["balance"] == balances[customer["id"]]


def test_every_kind_of_invoice_and_subscription_occurs(listed: Listed) -> None:
    invoices = listed("invoice")
    lines = [line for invoice in invoices for line in invoice["lines"]["data"]]
    payments: dict[str, int] = defaultdict(int)
    for row in listed("invoice_payment"):
        payments[row["invoice"]] += 1
    assert {row["status"] for row in invoices} == {"paid", "open", "void", "uncollectible"}
    assert max(payments.values()) == 2
    assert any(row["total_taxes"] for row in invoices)
    assert any(row["total_discount_amounts"] for row in invoices)
    prorated = [
        line["amount"]
        for line in lines
        if line["parent"]["invoice_item_details"] and line["parent"]["invoice_item_details"]["proration"]
    ]
    assert min(prorated) < 0 < max(prorated)
    assert {row["status"] for row in listed("subscription")} == {"active", "canceled", "unpaid"}
    assert any(row["trial_end"] for row in listed("subscription"))
