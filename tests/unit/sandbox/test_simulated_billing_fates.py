"""Everything that can become of a subscription or an invoice becomes of one, in every small company."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
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
DAY = 86_400


class Company:
    """A company of 60 customers, with what the questions below ask for."""

    def __init__(self, seed: int, customers: int = 60, months: int = 12) -> None:
        self.books = Books(Plan(customers=customers, months=months, seed=seed))
        for life in cast(self.books):
            life()
        close(self.books)
        self.history = self.books.history
        self.kinds: dict[str, set[str]] = defaultdict(set)  # invoice -> types of its balance transactions
        for move in self.all("customer_balance_transaction"):
            self.kinds[move["invoice"]].add(move["type"])
        self.attempts: dict[str, int] = defaultdict(int)  # invoice -> payments that succeeded
        for payment in self.all("invoice_payment"):
            self.attempts[payment["invoice"]] += payment["status"] == "paid"

    def all(self, name: str) -> list[Obj]:
        return [obj for _, obj in self.books.objects[name]]

    def events(self, obj: Obj) -> list[str]:
        return [change.event for change in self.history[obj["id"]] if change.event]

    def was(self, sub: Obj, status: str) -> bool:
        changes = self.history[sub["id"]]
        return sub["status"] == status or any(
            (change.before or {}).get("status") == status for change in changes
        )

    def lines(self, invoice: Obj) -> list[Obj]:
        return invoice["lines"]["data"]


@pytest.fixture(scope="module")
def companies() -> Iterator[list[Company]]:
    gc.disable()  # it would walk through millions of dicts, again and again
    yield [Company(seed) for seed in SEEDS]
    gc.enable()


def is_proration(line: Obj) -> bool:
    details = line["parent"]["invoice_item_details"]
    return bool(details and details["proration"])


def is_billed(interval: str, count: int) -> Callable[[Company, Obj], bool]:
    def asked(company: Company, sub: Obj) -> bool:
        recurring = sub["items"]["data"][0]["price"]["recurring"]
        return (recurring["interval"], recurring["interval_count"]) == (interval, count)

    return asked


def feedback(sub: Obj) -> str | None:
    return sub["cancellation_details"]["feedback"]


def reason(sub: Obj) -> str | None:
    return sub["cancellation_details"]["reason"]


def changed(company: Company, sub: Obj, key: str) -> bool:
    return any(change.before and key in change.before for change in company.history[sub["id"]])


SUBSCRIPTIONS: dict[str, Callable[[Company, Obj], bool]] = {
    "weekly": is_billed("week", 1),
    "monthly": is_billed("month", 1),
    "quarterly": is_billed("month", 3),
    "yearly": is_billed("year", 1),
    "trialing": lambda c, s: s["status"] == "trialing",
    "active": lambda c, s: s["status"] == "active",
    "past_due": lambda c, s: s["status"] == "past_due",
    "unpaid": lambda c, s: s["status"] == "unpaid",
    "incomplete": lambda c, s: s["status"] == "incomplete",
    "incomplete_expired": lambda c, s: s["status"] == "incomplete_expired",
    "paused": lambda c, s: s["status"] == "paused",
    "trial converted": lambda c, s: s["trial_end"] and s["status"] == "active",
    "trial cancelled": lambda c, s: s["trial_end"] and s["ended_at"] == s["trial_end"],
    "trial not converted": lambda c, s: s["trial_end"] and reason(s) == "payment_failed",
    "trial paused, then resumed": lambda c, s: "customer.subscription.resumed" in c.events(s),
    "recovered": lambda c, s: s["status"] == "active" and c.was(s, "past_due"),
    "unpaid, then paid": lambda c, s: s["status"] == "active" and c.was(s, "unpaid"),
    "cancelled for want of payment": lambda c, s: reason(s) == "payment_failed" and not s["trial_end"],
    "cancelled at period end": lambda c, s: s["cancel_at_period_end"] and s["ended_at"] == s["cancel_at"],
    "cancelled at once": lambda c, s: feedback(s) and s["canceled_at"] == s["ended_at"],
    "notice taken back": lambda c, s: s["canceled_at"] is None and changed(c, s, "cancel_at"),
    "collection paused": lambda c, s: changed(c, s, "pause_collection") and not s["pause_collection"],
    "sent invoices": lambda c, s: s["days_until_due"] == 30,
    "several items": lambda c, s: len(s["items"]["data"]) >= 3,
    "metered": lambda c, s: s["items"]["data"][-1]["price"]["recurring"]["usage_type"] == "metered",
    "coupon once": lambda c, s: s["discounts"] and s["discounts"][0]["end"] is None,
    "coupon for months": lambda c, s: s["discounts"] and s["discounts"][0]["end"],
    "moved to another cadence": lambda c, s: changed(c, s, "billing_cycle_anchor") and not s["trial_end"],
    "fewer seats than before": lambda c, s: any(
        change.before and change.before.get("items", s["items"])["data"][0].get("quantity", 0)
        > s["items"]["data"][0].get("quantity", 0) > 1
        for change in c.history[s["id"]]
    ),
}
INVOICES: dict[str, Callable[[Company, Obj], bool]] = {
    "paid": lambda c, i: i["status"] == "paid" and c.attempts[i["id"]] == 1,
    "paid in two parts": lambda c, i: i["status"] == "paid" and c.attempts[i["id"]] == 2,
    "paid in part": lambda c, i: i["status"] == "open" and 0 < i["amount_paid"] < i["amount_due"],
    "paid at a later attempt": lambda c, i: i["status"] == "paid" and i["attempt_count"] > 1,
    "void": lambda c, i: i["status"] == "void",
    "void, balance given back": lambda c, i: "unapplied_from_invoice" in c.kinds[i["id"]],
    "uncollectible": lambda c, i: i["status"] == "uncollectible",
    "uncollectible, then paid": lambda c, i: (
        i["status"] == "paid" and i["status_transitions"]["marked_uncollectible_at"]
    ),
    "out of band": lambda c, i: i["amount_paid_off_stripe"] and not c.attempts[i["id"]],
    "negative": lambda c, i: i["total"] < 0 and i["ending_balance"] < i["starting_balance"],
    "negative by a subscription": lambda c, i: i["total"] < 0 and i["billing_reason"] == "subscription_update",
    "settled by balance": lambda c, i: i["total"] > 0 == i["amount_due"] and i["ending_balance"] < 0,
    "partly settled by balance": lambda c, i: 0 < i["amount_due"] < i["total"] and i["starting_balance"] < 0,
    "more due than the total": lambda c, i: i["amount_due"] > i["total"] > 0,
    "too small to be charged": lambda c, i: "invoice_too_small" in c.kinds[i["id"]],
    "zero": lambda c, i: i["total"] == 0 and i["status"] == "paid",
    "zero by a coupon": lambda c, i: i["total"] == 0 < i["subtotal"],
    "more than ten lines": lambda c, i: 10 < len(c.lines(i)) < 100,
    "sent": lambda c, i: i["due_date"] and i["status"] == "paid",
    "open": lambda c, i: i["status"] == "open" and not i["amount_paid"],
    "draft": lambda c, i: i["status"] == "draft" and i["created"] < c.books.end - 2 * DAY,
    "deleted draft": lambda c, i: "invoice.deleted" in c.events(i),
    "exclusive tax": lambda c, i: any(t["tax_behavior"] == "exclusive" for t in i["total_taxes"]),
    "inclusive tax": lambda c, i: any(t["tax_behavior"] == "inclusive" for t in i["total_taxes"]),
    "two taxes": lambda c, i: len(i["total_taxes"]) == 2,
    "discounted and taxed": lambda c, i: i["total_discount_amounts"] and i["total_taxes"],
    "one-off, without a service period": lambda c, i: any(
        line["period"]["start"] == line["period"]["end"] and line["amount"] for line in c.lines(i)
    ),
    "proration invoiced at once": lambda c, i: (
        i["billing_reason"] == "subscription_update" and all(map(is_proration, c.lines(i)))
    ),
    "proration with a renewal": lambda c, i: (
        i["billing_reason"] == "subscription_cycle" and any(map(is_proration, c.lines(i)))
    ),
    "credited until paid": lambda c, i: (
        i["status"] == "paid" and i["total"] > 0 and i["pre_payment_credit_notes_amount"] == i["total"]
    ),
}
NOTES: dict[str, Callable[[Obj], bool]] = {
    "before payment": lambda n: n["pre_payment_amount"] and n["status"] == "issued",
    "refunded": lambda n: bool(n["refunds"]),
    "to the balance": lambda n: bool(n["customer_balance_transaction"]),
    "out of band": lambda n: bool(n["out_of_band_amount"]),
    "voided": lambda n: n["status"] == "void" and n["voided_at"] > n["created"],
}


@pytest.mark.parametrize("fate", SUBSCRIPTIONS)
def test_a_subscription_of_every_fate(companies: list[Company], fate: str) -> None:
    asked = SUBSCRIPTIONS[fate]
    missing = [
        seed for seed, c in enumerate(companies) if not any(asked(c, sub) for sub in c.all("subscription"))
    ]
    assert missing == []


@pytest.mark.parametrize("fate", INVOICES)
def test_an_invoice_of_every_fate(companies: list[Company], fate: str) -> None:
    asked = INVOICES[fate]
    missing = [seed for seed, c in enumerate(companies) if not any(asked(c, row) for row in c.all("invoice"))]
    assert missing == []


@pytest.mark.parametrize("fate", NOTES)
def test_a_credit_note_of_every_fate(companies: list[Company], fate: str) -> None:
    asked = NOTES[fate]
    assert [seed for seed, c in enumerate(companies) if not any(map(asked, c.all("credit_note")))] == []


def test_customers_who_come_back_stay_twice_or_are_forgotten(companies: list[Company]) -> None:
    for company in companies:
        spans = defaultdict(list)
        for sub in company.all("subscription"):
            spans[sub["customer"]].append((sub["created"], sub["ended_at"] or company.books.end))
        pairs = [sorted(found) for found in spans.values() if len(found) == 2]
        assert any(second[0] > first[1] for first, second in pairs), "reactivated"
        assert any(second[0] < first[1] for first, second in pairs), "in parallel"
        assert any("customer.deleted" in company.events(row) for row in company.all("customer"))
        deleted = [row for row in company.all("invoiceitem") if company.history[row["id"]][-1].deleted]
        assert any(row["proration"] and row["invoice"] is None for row in deleted)


def test_a_renewal_is_disputed_and_a_lost_dispute_ends_the_subscription(companies: list[Company]) -> None:
    outcomes = set()
    for company in companies:
        invoices = {row["id"]: row for row in company.all("invoice")}
        payments = {row["payment"]["payment_intent"]: row for row in company.all("invoice_payment")}
        subscriptions = {row["id"]: row for row in company.all("subscription")}
        (dispute,) = company.all("dispute")
        invoice = invoices[payments[dispute["payment_intent"]]["invoice"]]
        sub = subscriptions[invoice["parent"]["subscription_details"]["subscription"]]
        assert (reason(sub) == "payment_disputed") == (dispute["status"] == "lost")
        outcomes.add(dispute["status"])
    assert outcomes == {"won", "lost"}


def test_bank_debits_are_known_to_have_succeeded_only_days_later(companies: list[Company]) -> None:
    for company in companies:
        charges = {row["payment_intent"]: row for row in company.all("charge")}
        invoices = {row["id"]: row for row in company.all("invoice")}
        debits = [
            row
            for row in company.all("invoice_payment")
            if charges[row["payment"]["payment_intent"]]["id"].startswith("py_") and row["status"] == "paid"
        ]
        assert debits
        for row in debits:
            invoice = invoices[row["invoice"]]
            between = state_at(invoice, company.history[invoice["id"]], row["created"] + DAY)
            assert between is not None and between["status"] in ("open", "uncollectible")
            assert row["status_transitions"]["paid_at"] == row["created"] + 5 * DAY


def test_only_companies_of_some_size_send_the_longest_invoice() -> None:
    for customers, expected in ((39, 0), (40, 1)):
        lengths = [len(row["lines"]["data"]) for row in Company(1, customers, months=3).all("invoice")]
        assert lengths.count(250) == expected
        assert max(length for length in lengths if length != 250) < 100


def test_declined_renewals_are_tried_again_after_three_five_and_seven_days(companies: list[Company]) -> None:
    count = 0
    for company in companies:
        for invoice in company.all("invoice"):
            failed = [
                change.at
                for change in company.history[invoice["id"]]
                if change.event == "invoice.payment_failed"
            ]
            if invoice["billing_reason"] == "subscription_cycle" and len(failed) > 1:
                gaps = [later - earlier for earlier, later in zip(failed, failed[1:], strict=False)]
                assert [round(gap / DAY) for gap in gaps] == [3, 5, 7][: len(gaps)]
                count += 1
    assert count > 20


def test_prorations_are_the_exact_share_of_seconds(companies: list[Company]) -> None:
    """The credit is for what was billed until the change, the charge for what is billed from it on."""
    signs = defaultdict(int)
    for company in companies:
        subscriptions = {sub["id"]: sub for sub in company.all("subscription")}
        coupons = {obj["id"]: obj for _, obj in company.books.standing["coupon"]}
        for row in company.all("invoiceitem"):
            if not row["proration"]:
                continue
            sub = subscriptions[row["parent"]["subscription_details"]["subscription"]]
            is_credit = row["description"].startswith("Unused")
            state = state_at(sub, company.history[sub["id"]], row["date"] - is_credit)
            assert state is not None
            wanted = row["parent"]["subscription_details"]["subscription_item"]
            (item,) = [part for part in state["items"]["data"] if part["id"] == wanted]
            before = state_at(sub, company.history[sub["id"]], row["date"] - 1) or {}
            (period,) = [part for part in before["items"]["data"] if part["id"] == wanted]
            start, end = period["current_period_start"], period["current_period_end"]
            price = Fraction(item["price"]["unit_amount_decimal"]) * item["quantity"]
            for part in sub["discounts"]:
                coupon = coupons[part["source"]["coupon"]]
                if coupon["percent_off"] and coupon["duration"] != "once":
                    off = price * Fraction(str(coupon["percent_off"])) / 100
                    price -= int(off + Fraction(1, 2))
            share = int(price * (end - row["date"]) / (end - start) + Fraction(1, 2))
            assert row["amount"] == (-share if is_credit else share), row
            assert row["period"] == {"start": row["date"], "end": end}
            assert start < row["date"] < end
            signs[is_credit] += 1
    assert min(signs.values()) > 40


def test_an_item_is_billed_without_gaps_and_overlaps(companies: list[Company]) -> None:
    for company in companies:
        periods = defaultdict(list)
        for invoice in company.all("invoice"):
            for line in invoice["lines"]["data"]:
                details = line["parent"]["subscription_item_details"]
                if details and line["period"]["start"] < line["period"]["end"]:
                    periods[details["subscription_item"]].append((line["period"]["start"], line["period"]["end"]))
        cuts = 0
        for found in periods.values():
            for earlier, later in zip(sorted(found), sorted(found)[1:], strict=False):
                cuts += earlier[1] > later[0]  # a change of cadence cuts a period short
                assert earlier[1] >= later[0] or earlier[1] < later[0] - DAY
        assert cuts <= 1


def test_what_begins_on_the_31st_is_billed_on_the_last_day_of_shorter_months(companies: list[Company]) -> None:
    seen = set()
    for company in companies:
        for sub in company.all("subscription"):
            anchor = datetime.fromtimestamp(sub["billing_cycle_anchor"], UTC)
            recurring = sub["items"]["data"][0]["price"]["recurring"]
            if anchor.day != 31 or recurring["interval"] != "month" or changed(company, sub, "billing_cycle_anchor"):
                continue
            for invoice in company.all("invoice"):
                parent = invoice["parent"]
                if not parent or parent["subscription_details"]["subscription"] != sub["id"]:
                    continue
                if invoice["billing_reason"] == "subscription_cycle" and sub["status"] == "active":
                    moment = datetime.fromtimestamp(invoice["created"], UTC)
                    tomorrow = datetime.fromtimestamp(invoice["created"] + DAY, UTC)
                    assert moment.day == 31 or tomorrow.day == 1
                    assert (moment.hour, moment.minute) == (anchor.hour, anchor.minute)
                    seen.add(moment.day)
    assert seen == {28, 30, 31}


def test_usage_is_billed_as_it_was_noted(companies: list[Company]) -> None:
    count = 0
    for company in companies:
        noted = defaultdict(list)
        for note in company.books.notes["usage"]:
            noted[note["subscription_item"]].append((note["day"] + DAY // 2, note["quantity"]))
        for invoice in company.all("invoice"):
            for line in invoice["lines"]["data"]:
                details = line["parent"]["subscription_item_details"]
                if not details or details["subscription_item"] not in noted:
                    continue
                start, end = line["period"]["start"], line["period"]["end"]
                used = noted[details["subscription_item"]]
                assert line["quantity"] == sum(units for noon, units in used if start <= noon < end)
                unit = Fraction(line["pricing"]["unit_amount_decimal"])
                assert line["amount"] == int(unit * line["quantity"] + Fraction(1, 2))
                assert end <= invoice["created"]
                count += line["quantity"] > 0
    assert count > 100
