"""Faults that the company lives through: what each leaves behind, and that it is labelled."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

import pytest

from orchestration.sandbox.defects import DEFECTS
from orchestration.sandbox.defects.cast import cast
from orchestration.sandbox.payments.cast import cast as payments_cast
from orchestration.sandbox.treasury.settlement import settle
from orchestration.sandbox.world.books import Books
from orchestration.sandbox.world.plan import Plan

LIVED = (
    "card_testing", "double_payout", "duplicate_charge", "fraud_burst", "missing_refund", "price_error", "refund_abuse"
)  # fmt: skip
DAY = 86_400


def lived(*defects: str, months: int = 2) -> Books:
    books = Books(Plan(months=months, customers=10, accounts=0, seed=5, defects=defects))
    for life in cast(books):
        life()
    return books


def objects(books: Books, name: str) -> list[dict]:
    return [obj for _, obj in books.objects[name]]


def labelled(books: Books, label: str | None = None) -> list[dict]:
    """The objects that the labels name, in the order of the labels."""
    known = {obj["id"]: obj for pairs in books.objects.values() for _, obj in pairs}
    return [known[note["object_id"]] for note in books.notes["defect"] if label in (None, note["label"])]


def order_of(books: Books, charge: dict) -> dict:
    [order] = [note for note in books.notes["order"] if charge["id"] in note["charges"]]
    return order


@pytest.mark.parametrize("months", [1, 12])
@pytest.mark.parametrize("name", LIVED)
def test_a_lived_fault_labels_true_objects_and_ends_with_the_story(name: str, months: int) -> None:
    books = lived(name, months=months)
    owners = {obj["id"]: (tenant, obj) for pairs in books.objects.values() for tenant, obj in pairs}
    assert books.notes["defect"]
    for note in books.notes["defect"]:
        tenant, obj = owners[note["object_id"]]
        assert (note["defect"], note["account_id"], note["currency"]) == (name, tenant, obj["currency"])
        assert note["table"] == f"{obj['object']}s"
        assert note["label"] and note["what"] and note["amount_minor"]
    assert all(change.at < books.end for changes in books.history.values() for change in changes)
    assert all(obj["created"] < books.end for obj in objects(books, "balance_transaction"))


def test_every_name_has_one_line_for_the_help_and_every_lived_one_a_life() -> None:
    assert set(LIVED) < set(DEFECTS)
    assert all(text and "\n" not in text for text in DEFECTS.values())
    assert {note["defect"] for note in lived(*DEFECTS).notes["defect"]} == set(LIVED)
    assert lived().objects == {}


def test_a_stolen_card_is_used_within_an_hour_and_disputed_weeks_later() -> None:
    books = lived("fraud_burst")
    charges = labelled(books)
    assert len(charges) > 20
    assert len({charge["payment_method"] for charge in charges}) == 1
    assert charges[-1]["created"] - charges[0]["created"] < 3_600
    disputes = objects(books, "dispute")
    assert {dispute["charge"] for dispute in disputes} == {charge["id"] for charge in charges if charge["disputed"]}
    assert len(charges) > len(disputes) > len(charges) // 2
    assert all(dispute["created"] - charges[-1]["created"] > 6 * DAY for dispute in disputes)


def test_tried_cards_are_hundreds_of_tiny_charges_of_which_few_succeed() -> None:
    books = lived("card_testing")
    accepted, declined = labelled(books, "accepted"), labelled(books, "declined")
    assert len(declined) > 200 > 20 > len(accepted) > 3
    assert {charge["paid"] for charge in accepted} == {True} and {charge["paid"] for charge in declined} == {False}
    moments = [charge["created"] for charge in accepted + declined]
    assert max(moments) - min(moments) < 7_200
    assert max(charge["amount"] for charge in accepted + declined) < 200
    assert [order_of(books, charge)["amount_minor"] for charge in accepted] == [charge["amount"] for charge in accepted]


def test_one_customer_is_refunded_in_full_again_and_again() -> None:
    books = lived("refund_abuse")
    [customer] = objects(books, "customer")
    charges = objects(books, "charge")
    assert {charge["customer"] for charge in charges} == {customer["id"]}
    refunded = [charge for charge in charges if charge["refunded"]]
    assert len(refunded) >= len(charges) * 3 // 4 >= 8
    assert Counter(refund["charge"] for refund in labelled(books)) == Counter(charge["id"] for charge in refunded)
    assert {order_of(books, charge)["status"] for charge in refunded} == {"refunded"}


def test_a_price_error_is_a_charge_that_is_not_its_orders_amount() -> None:
    books = lived("price_error")
    for note, charge in zip(books.notes["defect"], labelled(books), strict=True):
        ordered = order_of(books, charge)["amount_minor"]
        assert charge["amount"] - ordered == note["amount_minor"]
        assert charge["amount"] == 10 * ordered if note["label"] == "tenfold" else charge["amount"] < ordered
    assert {note["label"] for note in books.notes["defect"]} == {"tenfold", "old_price"}


def test_a_second_charge_has_the_amount_of_the_first_minutes_before() -> None:
    books = lived("duplicate_charge")
    charges = {charge["id"]: charge for charge in objects(books, "charge")}
    for second in labelled(books):
        order = order_of(books, second)
        first = charges[order["charges"][0]]
        assert order["charges"] == [first["id"], second["id"]]
        assert (order["payment_reference"], order["cause"]) == (first["id"], "double_payment")
        assert first["amount"] == second["amount"] == order["amount_minor"]
        assert 0 < second["created"] - first["created"] < 600
    assert len(charges) == 2 * len(books.notes["defect"])


def test_a_missing_refund_is_known_to_the_shop_and_not_to_stripe() -> None:
    books = lived("missing_refund")
    for charge in labelled(books):
        assert order_of(books, charge)["status"] == "refunded"
        assert charge["amount_refunded"] == 0
    assert objects(books, "refund") == []


def test_a_payout_that_is_sent_twice_leaves_the_balance_that_it_is_taken_from_above_zero() -> None:
    books = lived("double_payout")
    [second] = labelled(books)
    first = next(payout for payout in objects(books, "payout") if payout is not second)
    assert first["amount"] == second["amount"] > 0
    assert 0 < second["created"] - first["created"] < 2_400
    assert not first["automatic"] and not second["automatic"]
    assert {first["status"], second["status"]} == {"paid"}

    sweeps = settle(books)
    [tenant] = {tenant for tenant, obj in books.objects["payout"] if obj is second}
    assert (tenant, "usd") not in sweeps
    moves = sorted(
        (row["created"] if row["type"] == "payout" else row["available_on"], row["net"])
        for owner, row in books.objects["balance_transaction"] if owner == tenant
    )  # fmt: skip
    assert min(accumulate(net for _, net in moves)) >= 0


def test_the_other_lives_are_lived_as_if_there_were_no_fault() -> None:
    told = []
    for defects in ((), LIVED):
        books = Books(Plan(months=2, customers=30, accounts=0, seed=5, defects=defects))
        for life in payments_cast(books):
            life()
        told.append({name: list(pairs) for name, pairs in books.objects.items()})
        for life in cast(books):
            life()
        assert all(books.objects[name][: len(pairs)] == pairs for name, pairs in told[-1].items())
    assert told[0] == told[1]


def test_the_same_seed_commits_the_same_faults() -> None:
    first, second = lived(*LIVED), lived(*LIVED)
    assert first.objects == second.objects
    assert first.notes == second.notes


def test_an_unknown_fault_is_refused_before_anything_is_lived() -> None:
    books = Books(Plan(defects=("price_error", "pryce_error")))
    with pytest.raises(ValueError, match="unknown defect pryce_error; known are card_testing"):
        cast(books)
