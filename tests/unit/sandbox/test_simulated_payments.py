"""The buyers of a simulated web shop: their payments obey Stripe's arithmetic, and every fate occurs.

Everything is recomputed from the objects that a reader of the company's files would see.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from orchestration.sandbox.payments.cast import cast
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.history import state_at, versions
from orchestration.sandbox.world.plan import Plan

pytestmark = pytest.mark.slow

SEEDS = range(1, 21)
DAY = 86_400
DECIMALS = {"usd": 2, "eur": 2, "gbp": 2, "jpy": 0, "kwd": 3}
DISPUTE_FEE = {"usd": 1500, "eur": 1500, "jpy": 1500, "kwd": 5000}
Obj = dict[str, Any]


@dataclass
class Shop:
    """What the buyers of one company left behind, by Stripe's object names."""

    books: Books
    end: int

    def all(self, name: str) -> list[Obj]:
        return [obj for _, obj in self.books.objects[name]]

    def by_id(self, name: str) -> dict[str, Obj]:
        return {obj["id"]: obj for obj in self.all(name)}

    def by_key(self, name: str, key: str) -> dict[str, list[Obj]]:
        found = defaultdict(list)
        for obj in self.all(name):
            found[obj[key]].append(obj)
        return found

    @property
    def orders(self) -> list[Obj]:
        return self.books.notes["order"]

    def events(self, obj: Obj) -> list[str | None]:
        return [change.event for change in self.books.history[obj["id"]]]


def open_shop(seed: int, customers: int = 60, months: int = 12) -> Shop:
    plan = Plan(months=months, customers=customers, seed=seed)
    books = Books(plan)
    for life in cast(books):
        life()
    return Shop(books, plan.end)


@pytest.fixture(scope="module")
def shops() -> list[Shop]:
    return [open_shop(seed) for seed in SEEDS]


def test_what_arrives_is_the_amount_less_the_fee_and_the_fee_is_the_sum_of_its_parts(shops: list[Shop]) -> None:
    rows = [row for shop in shops for row in shop.all("balance_transaction")]
    assert len(rows) > 10_000
    assert [row["id"] for row in rows if row["net"] != row["amount"] - row["fee"]] == []
    assert [
        row["id"] for row in rows if row["fee"] != sum(part["amount"] for part in row["fee_details"])
    ] == []
    assert [
        row["id"]
        for row in rows
        for part in row["fee_details"]
        if part["currency"] != row["currency"]
    ] == []


def test_nothing_happens_at_or_after_the_end(shops: list[Shop]) -> None:
    for shop in shops:
        changes = [change for history in shop.books.history.values() for change in history]
        assert max(change.at for change in changes) < shop.end
        assert min(change.at for change in changes) >= shop.books.start
        assert all(note["ordered_at"] < shop.end for note in shop.orders)


def test_the_changes_of_an_object_are_in_the_order_of_time(shops: list[Shop]) -> None:
    for shop in shops:
        for object_id, history in shop.books.history.items():
            moments = [change.at for change in history]
            assert moments == sorted(moments), object_id


def test_a_charge_is_refunded_by_its_refunds_and_never_beyond_its_amount(shops: list[Shop]) -> None:
    for shop in shops:
        refunds = shop.by_key("refund", "charge")
        for charge in shop.all("charge"):
            kept = sum(back["amount"] for back in refunds[charge["id"]] if back["status"] == "succeeded")
            assert charge["amount_refunded"] == kept <= charge["amount"]
            assert charge["refunded"] == (kept == charge["amount"])
            for _, state in versions(charge, shop.books.history[charge["id"]]):
                assert 0 <= state["amount_refunded"] <= state["amount"]


def test_every_transaction_names_the_object_behind_it(shops: list[Shop]) -> None:
    names = {
        "charge": "charge",
        "payment": "charge",
        "payment_failure_refund": "charge",
        "refund": "refund",
        "payment_refund": "refund",
        "refund_failure": "refund",
        "adjustment": "dispute",
    }
    for shop in shops:
        ids = {name: set(shop.by_id(name)) for name in ("charge", "refund", "dispute")}
        for row in shop.all("balance_transaction"):
            assert row["source"] in ids[names[row["type"]]], row
        told = {obj["balance_transaction"] for name in ("charge", "refund") for obj in shop.all(name)}
        told |= {obj["failure_balance_transaction"] for name in ("charge", "refund") for obj in shop.all(name)}
        told |= {row["id"] for dispute in shop.all("dispute") for row in dispute["balance_transactions"]}
        assert told - {None} == set(shop.by_id("balance_transaction"))


def test_a_dispute_has_the_rows_of_its_state(shops: list[Shop]) -> None:
    expected = {"won": 2, "lost": 1, "needs_response": 1, "under_review": 1}
    seen = set()
    for shop in shops:
        rows = shop.by_key("balance_transaction", "source")
        for dispute in shop.all("dispute"):
            own = sorted(rows[dispute["id"]], key=lambda row: row["created"])
            seen.add(dispute["status"])
            assert [row["id"] for row in own] == [row["id"] for row in dispute["balance_transactions"]]
            assert len(own) == expected.get(dispute["status"], 0)
            if not own:
                continue
            taken = own[0]
            assert taken["amount"] < 0 and taken["fee"] == DISPUTE_FEE[taken["currency"]]
            if dispute["status"] == "won":
                assert [row["reporting_category"] for row in own] == ["dispute", "dispute_reversal"]
                assert sum(row["net"] for row in own) == sum(row["fee"] for row in own) == 0
    assert seen >= {"won", "lost", "needs_response", "warning_closed"}


def test_a_conversion_uses_the_rate_of_its_own_day(shops: list[Shop]) -> None:
    converted = 0
    for shop in shops:
        objects = {**shop.by_id("charge"), **shop.by_id("refund")}
        for row in shop.all("balance_transaction"):
            origin = objects.get(row["source"])
            if row["type"] not in ("charge", "refund") or origin["currency"] == row["currency"]:
                assert row["exchange_rate"] is None or row["type"] not in ("charge", "refund")
                continue
            rates = shop.books.rates[row["created"] // DAY * DAY]
            rate = Fraction(rates[row["currency"]] * 10**6 // rates[origin["currency"]], 10**6)
            scale = Fraction(10) ** (DECIMALS[row["currency"]] - DECIMALS[origin["currency"]])
            assert abs(origin["amount"] * rate * scale - abs(row["amount"])) <= Fraction(1, 2)
            assert row["exchange_rate"] == float(rate)
            converted += 1
    assert converted > 500


def test_an_order_names_its_charge_as_its_cause_says(shops: list[Shop]) -> None:
    for shop in shops:
        charges = shop.by_id("charge")
        known = {*charges, *(charge["payment_intent"] for charge in charges.values())}
        noted: set[str] = set()
        for order in sorted(shop.orders, key=lambda order: order["order_id"]):
            reference, cause = order["payment_reference"], order["cause"]
            paid = [charges[key] for key in order["charges"]]
            own = {name for charge in paid for name in (charge["id"], charge["payment_intent"])}
            assert all(charge["metadata"] in ({}, {"order_id": order["order_id"]}) for charge in paid)
            assert (cause == "unpaid") == (paid == [])
            assert all(charge["status"] != "failed" for charge in paid)
            if cause in ("none", "partial_payment", "double_payment"):
                assert reference in own
            elif cause == "repeated_reference":
                assert reference in noted - own
            elif cause == "wrong_reference":
                assert reference and reference not in known
            elif cause == "missing_reference":
                assert reference == ""
            noted.add(reference)


def test_a_paid_order_is_paid_to_the_last_unit(shops: list[Shop]) -> None:
    for shop in shops:
        charges = shop.by_id("charge")
        for order in shop.orders:
            captured = sum(charges[key]["amount_captured"] for key in order["charges"])
            if order["status"] in ("paid", "refunded"):
                assert captured == order["amount_minor"] * (1 + (order["cause"] == "double_payment"))
            assert all(charges[key]["currency"] == order["currency"] for key in order["charges"])
            if order["status"] == "refunded":
                assert charges[order["charges"][-1]]["refunded"]
        claimed = [key for order in shop.orders for key in order["charges"]]
        assert len(claimed) == len(set(claimed))


def has_dispute(shop: Shop, status: str, refunded: str) -> bool:
    """A dispute in a status whose charge was refunded `before`, `after` or `never`."""
    refunds = shop.by_key("refund", "charge")
    for dispute in shop.all("dispute"):
        moments = [back["created"] for back in refunds[dispute["charge"]]]
        order = "never" if not moments else "before" if min(moments) < dispute["created"] else "after"
        if dispute["status"] == status and order == refunded:
            return True
    return False


def fates_of(shop: Shop) -> dict[str, bool]:
    charges, refunds = shop.all("charge"), shop.all("refund")
    attempts = shop.by_key("charge", "payment_intent")
    pairs = {
        (charge["currency"], row["currency"])
        for row in shop.all("balance_transaction")
        for charge in [shop.by_id("charge").get(row["source"])]
        if charge and row["type"] in ("charge", "payment")
    }
    parts = [[back["amount"] for back in own] for own in shop.by_key("refund", "charge").values()]
    states = {(charge["id"][:2], charge["status"]) for charge in charges}
    events = [set(shop.events(charge)) for charge in charges]
    intents = shop.all("payment_intent")
    return {
        "guest": any(charge["customer"] is None and charge["paid"] for charge in charges),
        "customer": any(charge["customer"] for charge in charges),
        "own balances": {("usd", "usd"), ("eur", "eur"), ("jpy", "jpy"), ("kwd", "kwd")} <= pairs,
        "converted": {("gbp", "usd"), ("jpy", "usd")} <= pairs,
        "declined, then paid": any(
            {charge["status"] for charge in own} == {"failed", "succeeded"} for own in attempts.values()
        ),
        "several decline codes": len({charge["failure_code"] for charge in charges}) > 3,
        "debit pending": ("py", "pending") in states,
        "debit failed": any(charge["failure_balance_transaction"] for charge in charges),
        "debit paid": ("py", "succeeded") in states,
        "captured": any("charge.captured" in kinds for kinds in events),
        "captured in part": any(back["reason"] == "partial_capture" for back in refunds),
        "expired": any("charge.expired" in kinds for kinds in events),
        "authorization canceled": any(
            intent["status"] == "canceled" and intent["cancellation_reason"] == "requested_by_customer"
            for intent in intents
        ),
        "still authorized": any(intent["status"] == "requires_capture" for intent in intents),
        "abandoned": any(intent["cancellation_reason"] == "abandoned" for intent in intents),
        "refunded in full": any(len(own) == 1 for own in parts),
        "refunded by parts": any(len(own) >= 3 for own in parts),
        "refund failed": any(back["status"] == "failed" for back in refunds if back["id"][:2] == "re"),
        "debit's refund failed": any(back["status"] == "failed" for back in refunds if back["id"][:2] == "py"),
        "dispute lost": has_dispute(shop, "lost", "never"),
        "dispute won": has_dispute(shop, "won", "never"),
        "dispute open": has_dispute(shop, "needs_response", "never")
        or has_dispute(shop, "under_review", "never"),
        "refunded after a won dispute": has_dispute(shop, "won", "after"),
        "disputed after a part refund": has_dispute(shop, "lost", "before"),
        "disputed after a full refund": has_dispute(shop, "won", "before"),
        "inquiry closed": has_dispute(shop, "warning_closed", "never"),
        "inquiry refunded": has_dispute(shop, "warning_closed", "after"),
        "fraud warning": len(shop.all("radar.early_fraud_warning")) > 1,
        "no metadata": any(not charge["metadata"] for charge in charges),
    }


def test_every_fate_occurs_in_a_company_of_sixty_customers(shops: list[Shop]) -> None:
    causes = {"none", "missing_reference", "wrong_reference", "repeated_reference", "partial_payment", "unpaid"}
    for shop in shops:
        assert [name for name, occurs in fates_of(shop).items() if not occurs] == []
        assert {order["cause"] for order in shop.orders} >= causes
        assert {order["status"] for order in shop.orders} == {"open", "paid", "canceled", "refunded"}


def test_most_orders_are_simply_paid(shops: list[Shop]) -> None:
    """Fates are dealt to the first buyers only: in a larger company odd orders are a minority."""
    shop = open_shop(5, customers=600)
    rows = shop.all("balance_transaction")
    disputed = [charge for charge in shop.all("charge") if charge["disputed"]]
    assert len(disputed) * 50 < len(shop.all("charge"))
    assert sum(row["reporting_category"] == "charge" for row in rows) * 10 > len(rows) * 8
    assert sum(order["cause"] == "none" for order in shop.orders) * 10 > len(shop.orders) * 8


def test_an_instant_in_the_past_knows_nothing_of_the_future(shops: list[Shop]) -> None:
    shop = shops[0]
    noon = shop.books.start + 180 * DAY
    for charge in shop.all("charge"):
        state = state_at(charge, shop.books.history[charge["id"]], noon)
        if state is None:
            assert charge["created"] > noon
            continue
        refunds = [back for back in shop.all("refund") if back["charge"] == charge["id"]]
        moments = [
            (back["amount"], back["created"], shop.books.history[back["id"]][-1].at) for back in refunds
        ]
        kept = sum(amount for amount, sent, ended in moments if sent <= noon and not sent < ended <= noon)
        assert state["amount_refunded"] == kept


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    first, again, other = open_shop(3), open_shop(3), open_shop(4)
    assert first.books.objects == again.books.objects
    assert first.books.notes == again.books.notes
    assert first.books.history == again.books.history
    assert first.books.objects != other.books.objects


def test_the_life_of_a_buyer_does_not_depend_on_how_many_others_there_are() -> None:
    few, many = open_shop(3, customers=10), open_shop(3, customers=12)
    assert [order["amount_minor"] for order in few.orders] == [
        order["amount_minor"] for order in many.orders[: len(few.orders)]
    ]
