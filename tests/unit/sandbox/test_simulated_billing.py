"""Twenty small companies: every invoice adds up to the minor unit, whatever became of it.

Everything is computed again from the objects, with fractions; nothing of the simulation is asked.
"""

from __future__ import annotations

import gc
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from orchestration.sandbox.billing.cast import cast
from orchestration.sandbox.billing.catalog import close
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import state_at
from orchestration.sandbox.world.plan import Plan

pytestmark = pytest.mark.slow

Obj = dict[str, Any]
SEEDS = range(20)


def lived(seed: int, customers: int = 60) -> Books:
    books = Books(Plan(customers=customers, seed=seed))
    for life in cast(books):
        life()
    close(books)
    return books


@pytest.fixture(scope="module")
def companies() -> Iterator[list[Books]]:
    gc.disable()  # it would walk through millions of dicts, again and again
    yield [lived(seed) for seed in SEEDS]
    gc.enable()


def all_of(books: Books, name: str) -> Iterator[Obj]:
    """Objects of one kind that still exist."""
    for _, obj in [*books.objects.get(name, ()), *books.standing.get(name, ())]:
        if not books.history[obj["id"]][-1].deleted:
            yield obj


def half_up(value: Fraction) -> int:
    rounded = int(abs(value) + Fraction(1, 2))
    return -rounded if value < 0 else rounded


def exclusive(taxes: list[Obj]) -> int:
    return sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")


def inclusive(taxes: list[Obj]) -> int:
    return sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")


def test_an_invoice_is_the_sum_of_its_lines(companies: list[Books]) -> None:
    for books in companies:
        for invoice in all_of(books, "invoice"):
            lines = invoice["lines"]["data"]
            discounts = [part for line in lines for part in line["discount_amounts"]]
            taxes = [tax for line in lines for tax in line["taxes"]]
            off = sum(part["amount"] for part in discounts)
            assert invoice["subtotal"] == sum(line["amount"] for line in lines)
            assert invoice["total"] == invoice["subtotal"] - off + exclusive(taxes)
            assert invoice["total_excluding_tax"] == invoice["subtotal"] - off - inclusive(taxes)
            assert off == sum(part["amount"] for part in invoice["total_discount_amounts"])
            assert {part["discount"] for part in discounts} <= set(invoice["discounts"])
            stated, summed = ({}, defaultdict(int))
            for tax in taxes:
                summed[tax["tax_rate_details"]["tax_rate"]] += tax["amount"]
            for tax in invoice["total_taxes"]:
                stated[tax["tax_rate_details"]["tax_rate"]] = tax["amount"]
            assert stated == summed
            assert invoice["lines"]["total_count"] == len(lines)


def test_a_line_costs_its_quantity_at_the_unit_price(companies: list[Books]) -> None:
    for books in companies:
        for invoice in all_of(books, "invoice"):
            for line in invoice["lines"]["data"]:
                is_free = line["description"].startswith("Trial period")
                if line["discountable"] and not is_free:  # which prorations are not
                    unit = Fraction(line["pricing"]["unit_amount_decimal"])
                    assert line["amount"] == half_up(unit * line["quantity"])
                    assert line["quantity"] >= 0


def test_each_line_bears_the_tax_of_its_rates_after_discount(companies: list[Books]) -> None:
    for books in companies:
        rates = {rate["id"]: rate for rate in all_of(books, "tax_rate")}
        for invoice in all_of(books, "invoice"):
            for line in invoice["lines"]["data"]:
                net = line["amount"] - sum(part["amount"] for part in line["discount_amounts"])
                for tax in line["taxes"]:
                    rate = rates[tax["tax_rate_details"]["tax_rate"]]
                    share = Fraction(str(rate["percentage"])) / 100
                    if rate["inclusive"]:
                        assert tax["amount"] == half_up(net * share / (1 + share))
                        assert tax["taxable_amount"] == net - tax["amount"]
                    else:
                        assert tax["amount"] == half_up(net * share)
                        assert tax["taxable_amount"] == net


def test_coupons_take_off_what_they_say(companies: list[Books]) -> None:
    seen = Counter()
    for books in companies:
        coupons = {coupon["id"]: coupon for coupon in all_of(books, "coupon")}
        discounts = {
            part["id"]: coupons[part["source"]["coupon"]]
            for _, sub in books.objects["subscription"]
            for part in sub["discounts"]
        }
        for invoice in all_of(books, "invoice"):
            for stated in invoice["total_discount_amounts"]:
                coupon = discounts.get(stated["discount"])
                if coupon is None:
                    continue
                plain = [
                    line for line in invoice["lines"]["data"] if line["discountable"] and line["amount"] > 0
                ]
                seen[coupon["name"]] += 1
                if coupon["amount_off"]:
                    assert stated["amount"] == min(coupon["amount_off"], sum(line["amount"] for line in plain))
                    assert coupon["currency"] == invoice["currency"]
                else:
                    share = Fraction(str(coupon["percent_off"])) / 100
                    assert stated["amount"] == sum(half_up(line["amount"] * share) for line in plain)
    assert len(seen) >= 5


def test_what_is_due_is_the_total_after_balance_and_credit_notes(companies: list[Books]) -> None:
    for books in companies:
        for invoice in all_of(books, "invoice"):
            if invoice["status"] == "draft":
                assert invoice["ending_balance"] is None
                assert invoice["number"] is None
                continue
            used = invoice["ending_balance"] - invoice["starting_balance"]
            credited = invoice["pre_payment_credit_notes_amount"]
            assert invoice["amount_due"] == invoice["total"] - used - credited
            assert invoice["amount_due"] == invoice["amount_paid"] + invoice["amount_remaining"]
            assert invoice["amount_remaining"] >= 0
            if invoice["status"] == "paid":
                assert invoice["amount_remaining"] == 0


def test_invoices_are_paid_by_succeeded_payments_of_their_customer(companies: list[Books]) -> None:
    for books in companies:
        intents = {obj["id"]: obj for obj in all_of(books, "payment_intent")}
        charges = {obj["id"]: obj for obj in all_of(books, "charge")}
        invoices = {obj["id"]: obj for obj in all_of(books, "invoice")}
        paid: dict[str, int] = defaultdict(int)
        for payment in all_of(books, "invoice_payment"):
            invoice = invoices[payment["invoice"]]
            intent = intents[payment["payment"]["payment_intent"]]
            assert intent["customer"] == invoice["customer"]
            assert intent["currency"] == invoice["currency"] == payment["currency"]
            if payment["status"] == "paid":
                charge = charges[intent["latest_charge"]]
                assert intent["status"] == charge["status"] == "succeeded"
                assert charge["amount"] == payment["amount_paid"] == intent["amount_received"]
                paid[invoice["id"]] += payment["amount_paid"]
            else:
                assert payment["amount_paid"] is None
        for invoice in invoices.values():
            assert invoice["amount_paid"] == paid[invoice["id"]] + invoice["amount_paid_off_stripe"]


def test_the_balance_of_a_customer_is_the_running_sum_of_its_transactions(companies: list[Books]) -> None:
    for books in companies:
        balances: dict[str, int] = defaultdict(int)
        moved: dict[str, int] = defaultdict(int)
        for row in all_of(books, "customer_balance_transaction"):
            balances[row["customer"]] += row["amount"]
            assert row["ending_balance"] == balances[row["customer"]]
            if row["type"] in ("applied_to_invoice", "invoice_too_small", "unapplied_from_invoice"):
                moved[row["invoice"]] += row["amount"]
        for _, customer in books.objects["customer"]:
            assert customer["balance"] == balances[customer["id"]]
        for invoice in all_of(books, "invoice"):
            if invoice["status"] == "void":
                assert moved[invoice["id"]] == 0
            elif invoice["status"] != "draft":
                assert moved[invoice["id"]] == invoice["ending_balance"] - invoice["starting_balance"]


def test_credit_notes_add_up_and_are_stated_on_their_invoice(companies: list[Books]) -> None:
    for books in companies:
        refunds = {obj["id"]: obj for obj in all_of(books, "refund")}
        moves = {obj["id"]: obj for obj in all_of(books, "customer_balance_transaction")}
        before: dict[str, int] = defaultdict(int)
        after: dict[str, int] = defaultdict(int)
        for note in all_of(books, "credit_note"):
            lines = note["lines"]["data"]
            off = sum(line["discount_amount"] for line in lines)
            taxes = [tax for line in lines for tax in line["taxes"]]
            assert note["subtotal"] == sum(line["amount"] for line in lines)
            assert note["amount"] == note["total"] == note["subtotal"] - off + exclusive(taxes)
            assert sum(tax["amount"] for tax in note["total_taxes"]) == sum(tax["amount"] for tax in taxes)
            assert note["amount"] == note["pre_payment_amount"] + note["post_payment_amount"]
            given = sum(part["amount_refunded"] for part in note["refunds"])
            assert given == sum(refunds[part["refund"]]["amount"] for part in note["refunds"])
            if note["customer_balance_transaction"]:
                given -= moves[note["customer_balance_transaction"]]["amount"]
            assert note["post_payment_amount"] == given + (note["out_of_band_amount"] or 0)
            if note["status"] == "issued":
                before[note["invoice"]] += note["pre_payment_amount"]
                after[note["invoice"]] += note["post_payment_amount"]
        for invoice in all_of(books, "invoice"):
            assert invoice["pre_payment_credit_notes_amount"] == before[invoice["id"]]
            assert invoice["post_payment_credit_notes_amount"] == after[invoice["id"]]


def test_invoice_items_are_pending_or_stand_on_one_line(companies: list[Books]) -> None:
    for books in companies:
        items = {item["id"]: item for item in all_of(books, "invoiceitem")}
        found = Counter()
        for invoice in all_of(books, "invoice"):
            for line in invoice["lines"]["data"]:
                details = line["parent"]["invoice_item_details"]
                if details:
                    item = items[details["invoice_item"]]
                    found[item["id"]] += 1
                    assert (item["invoice"], item["amount"]) == (invoice["id"], line["amount"])
                    assert (item["period"], item["proration"]) == (line["period"], details["proration"])
        assert set(found.values()) == {1}
        for item in items.values():
            assert (item["invoice"] is None) == (item["id"] not in found)


def test_money_settles_in_the_currency_of_the_invoice_but_pounds_in_dollars(companies: list[Books]) -> None:
    seen = set()
    for books in companies:
        transactions = {row["id"]: row for row in all_of(books, "balance_transaction")}
        for charge in all_of(books, "charge"):
            if charge["balance_transaction"]:
                settled = transactions[charge["balance_transaction"]]
                assert settled["currency"] == ("usd" if charge["currency"] == "gbp" else charge["currency"])
                assert (settled["exchange_rate"] is None) == (charge["currency"] != "gbp")
                seen.add(charge["currency"])
    assert seen == {"usd", "eur", "gbp", "jpy", "kwd"}


def test_nothing_happens_before_its_time(companies: list[Books]) -> None:
    for books in companies:
        born = {}
        for pairs in [*books.objects.values(), *books.standing.values()]:
            for _, obj in pairs:
                changes = books.history[obj["id"]]
                moments = [change.at for change in changes]
                assert moments == sorted(moments), obj["id"]
                assert [change.before is None for change in changes] == [True] + [False] * (len(changes) - 1)
                assert not any(change.deleted for change in changes[:-1]), f"{obj['id']} lives on"
                assert moments[-1] < books.end
                born[obj["id"]] = moments[0]
        for pairs in books.objects.values():
            for _, obj in pairs:
                for key in ("customer", "invoice", "subscription", "charge", "payment_intent"):
                    referred = obj.get(key)
                    if isinstance(referred, str) and obj["object"] != "invoiceitem":
                        assert born[referred] <= born[obj["id"]], (obj["id"], key)
        for kind, moment in (("ticket", "at"), ("channel", "at"), ("usage", "day")):
            assert books.notes[kind]
            for note in books.notes[kind]:
                assert books.start <= note[moment] < books.end
                assert note["customer"] in born


def test_before_its_payment_an_invoice_is_not_paid(companies: list[Books]) -> None:
    count = 0
    for books in companies:
        for invoice in all_of(books, "invoice"):
            if invoice["status"] == "paid" and invoice["amount_paid"]:
                paid_at = invoice["status_transitions"]["paid_at"]
                earlier = state_at(invoice, books.history[invoice["id"]], paid_at - 1)
                if earlier is None:  # drawn up, finalized and paid within one second
                    continue
                count += 1
                assert earlier["status"] in ("draft", "open", "uncollectible")
                assert earlier["amount_remaining"] > 0
                assert earlier["status_transitions"]["paid_at"] is None
    assert count > 1000


def test_redemptions_are_counted_in_the_order_of_time(companies: list[Books]) -> None:
    for books in companies:
        redeemed: dict[str, list[int]] = defaultdict(list)
        parts = [part for _, sub in books.objects["subscription"] for part in sub["discounts"]]
        for _, customer in books.objects["customer"]:
            given = [change.before.get("discount") for change in books.history[customer["id"]] if change.before]
            parts += [part for part in [*given, customer["discount"]] if part]
        for part in parts:
            redeemed[part["source"]["coupon"]].append(part["start"])
            redeemed[part["promotion_code"]].append(part["start"])
        for name in ("coupon", "promotion_code"):
            for obj in all_of(books, name):
                moments = sorted(redeemed[obj["id"]])
                assert obj["times_redeemed"] == len(moments)
                assert [change.at for change in books.history[obj["id"]][1:]] == moments
                for count, moment in enumerate(moments):
                    earlier = state_at(obj, books.history[obj["id"]], moment - 1)
                    assert earlier is not None and earlier["times_redeemed"] == count


def test_the_same_seed_gives_the_same_objects(companies: list[Books]) -> None:
    def text(books: Books) -> str:
        return json.dumps([books.objects, books.standing, books.notes], sort_keys=True)

    assert text(lived(3)) == text(companies[3])
    assert text(companies[3]) != text(companies[4])
